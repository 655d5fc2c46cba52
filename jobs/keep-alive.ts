import type { Log } from '../src/log.ts'
import type { Db } from '../src/store/database.ts'
import { listInstallations } from '../src/store/installations.ts'
import type { CrmAccess } from './deps.ts'
import { repeat } from './repeat.ts'

/** Tokens are renewed every 12 h when the CRM is asked for something; refresh tokens end after 30 idle days. */
const EVERY_MS = 6 * 3_600_000

interface KeepAliveParts {
  readonly db: Db
  readonly log: Log
  readonly crm: CrmAccess
}

/** Keeps paused accounts connected, every few hours until stopped. Any number of processes may do so. */
export function startKeepAlive(parts: KeepAliveParts): () => Promise<void> {
  return repeat('keeping paused accounts connected', () => keepAlive(parts), EVERY_MS, parts.log)
}

/** Asks paused accounts for something small, so that their tokens do not end for want of use. */
export async function keepAlive({ db, log, crm }: KeepAliveParts): Promise<void> {
  const paused = (await listInstallations(db)).filter(({ status }) => status === 'paused')
  for (const installation of paused) {
    try {
      await crm.open(installation).connection.account()
    } catch (error) {
      const details = { installationId: installation.id, error }
      // Its status says already that somebody has to look at it.
      log.debug(details, 'a paused account does not answer')
    }
  }
}
