import type { Connection } from '../../connectors/connector.ts'
import type { CrmAccess, OpenAccount } from '../../jobs/deps.ts'

/** Access to one account whose connector is plain; `changes` say where it is not. */
export function crmOf(connection: Connection, changes: Partial<OpenAccount> = {}): CrmAccess {
  const account: OpenAccount = {
    connection,
    fullPhases: [],
    changePhases: [],
    streamOf: ({ kind }) => kind,
    batchSize: 100,
    writesAtOnce: 400,
    visibleWithinMs: 5 * 60_000,
    reroutes: false,
    forgetWishes: () => {},
    ...changes,
  }
  return { open: () => account, writesAtOnce: () => account.writesAtOnce }
}
