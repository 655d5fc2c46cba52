import path from 'node:path'
import { readConfig } from '../../config/env.ts'
import { createCrmAccess } from '../../jobs/connections.ts'
import type { CrmAccess } from '../../jobs/deps.ts'
import { systemClock } from '../clock.ts'
import { createConnectors } from '../configured-connectors.ts'
import { createLog } from '../log.ts'
import { keptSecret } from '../secret.ts'
import type { Db } from '../store/database.ts'
import { createSecretBox, type SecretBox } from '../store/secret-box.ts'

/** The way to the accounts' CRMs for a verb that needs it. */
export async function openCrm(db: Db, data: string): Promise<CrmAccess> {
  return createCrmAccess({
    dbOf: () => db,
    box: await openBox(data),
    clock: systemClock,
    log: createLog('warn'),
    connectors: await createConnectors(readConfig()),
  })
}

/** What opens the stored tokens: under the operator's secret, or the one kept in the data directory. */
export async function openBox(data: string): Promise<SecretBox> {
  const { secret, previousSecret } = readConfig()
  return createSecretBox(secret ?? (await keptSecret(path.resolve(data))), previousSecret)
}
