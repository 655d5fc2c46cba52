import path from 'node:path'
import { readConfig } from '../../config/env.ts'
import { createCrmAccess } from '../../jobs/connections.ts'
import type { CrmAccess } from '../../jobs/deps.ts'
import { systemClock } from '../clock.ts'
import { createLog } from '../log.ts'
import { createConnectors } from '../main.ts'
import { keptSecret } from '../secret.ts'
import type { Db } from '../store/database.ts'
import { createSecretBox } from '../store/secret-box.ts'

/** The way to the accounts' CRMs for a verb that needs it. */
export async function openCrm(db: Db, data: string): Promise<CrmAccess> {
  const config = readConfig()
  const secret = config.secret ?? (await keptSecret(path.resolve(data)))
  return createCrmAccess({
    db,
    box: createSecretBox(secret),
    clock: systemClock,
    log: createLog('warn'),
    connectors: await createConnectors(config),
  })
}
