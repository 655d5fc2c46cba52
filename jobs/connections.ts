import { setTimeout as sleep } from 'node:timers/promises'
import type { Budget, Connector, Credentials, Tokens } from '../connectors/connector.ts'
import type { Clock } from '../src/clock.ts'
import { errorKind, tell } from '../src/diagnostics.ts'
import { CrmRateLimited, UserError } from '../src/errors.ts'
import type { Log } from '../src/log.ts'
import { holdCalls, reserveCall } from '../src/store/budgets.ts'
import type { Db } from '../src/store/database.ts'
import type { Installation } from '../src/store/installations.ts'
import type { SecretBox } from '../src/store/secret-box.ts'
import type { DbOf } from '../src/store/tenants.ts'
import { storedCredentials } from '../src/store/tokens.ts'
import type { CrmAccess, OpenAccount } from './deps.ts'
import { createWishes } from './wishes.ts'

/** Opens installations' accounts; one connection per installation and process, kept for reuse. */
export function createCrmAccess(parts: {
  dbOf: DbOf
  box: SecretBox
  clock: Clock
  log: Log
  connectors: ReadonlyMap<string, Connector>
}): CrmAccess {
  const open = new Map<string, OpenAccount>()
  return {
    open(installation) {
      const known = open.get(installation.id)
      if (known) return known
      const connector = parts.connectors.get(installation.crm)
      if (!connector) throw missingConnector(installation.crm)
      const db = parts.dbOf(installation.id)
      const wishes = createWishes(db, parts.clock, installation.id)
      const account = {
        connection: connector.connect({
          credentials: heardCredentials(db, parts.box, installation),
          budget: storedBudget(db, installation),
          wishes: wishes.read,
          clock: parts.clock,
          log: parts.log.child({ installationId: installation.id }),
        }),
        fullPhases: connector.fullPhases,
        changePhases: connector.changePhases,
        streamOf: connector.streamOf,
        batchSize: connector.batchSize,
        writesAtOnce: connector.writesAtOnce,
        visibleWithinMs: connector.visibleWithinMs,
        reroutes: connector.reroutes,
        forgetWishes: wishes.forget,
      }
      open.set(installation.id, account)
      return account
    },
    writesAtOnce: ({ crm }) => parts.connectors.get(crm)?.writesAtOnce ?? 1,
  }
}

/** The tokens of the installation; what comes of asking for new ones is told. */
function heardCredentials(db: Db, box: SecretBox, { id, crm }: Installation): Credentials {
  const stored = storedCredentials(db, box, id)
  const heard = async (renewal: Promise<Tokens>) => {
    try {
      const tokens = await renewal
      tell('token renewal', { crm, outcome: 'renewed' })
      return tokens
    } catch (error) {
      tell('token renewal', { crm, outcome: errorKind(error) })
      throw error
    }
  }
  return {
    current: () => stored.current(),
    renew: (stale, refresh) => stored.renew(stale, (token) => heard(refresh(token))),
  }
}

/** The rate rows of the installation, shared by all processes. */
function storedBudget(db: Db, { id, crm }: Installation): Budget {
  return {
    async take({ key, calls, perMs, burst, patienceMs }) {
      const waitMs = await reserveCall(db, id, key, perMs / calls, burst, patienceMs)
      if (waitMs > (patienceMs ?? Number.POSITIVE_INFINITY)) {
        throw new CrmRateLimited(crm, waitMs)
      }
      if (waitMs > 0) await sleep(waitMs)
    },
    hold: ({ key }, ms) => holdCalls(db, id, key, ms),
  }
}

function missingConnector(crm: string): UserError {
  return new UserError(
    `No ${crm} app is configured, but an installation needs it; set its client id and secret (see README.md)`,
  )
}
