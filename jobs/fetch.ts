import type { Connection } from '../connectors/connector.ts'
import { inParallel } from '../connectors/parallel.ts'
import type { SubjectKind } from '../src/leads/facts.ts'
import { type Db, inTransaction } from '../src/store/database.ts'
import { type Claim, type DueStage, settle } from '../src/store/due.ts'
import { inStep } from '../src/tracing/spans.ts'
import type { Deps } from './deps.ts'
import type { WakePayload } from './queues.ts'
import { workSlice } from './slice.ts'
import { storeHistory } from './store-history.ts'
import { storePage } from './store-page.ts'

/** Two of HubSpot's batches. */
const CLAIMED_AT_ONCE = 200
/**
 * After a batch that was not full, news gathers for this long. Who changes alone is read at once; in a stream of
 * changes a call holds a second of them, and not one or two.
 */
const GATHER_MS = 1_000
/** Kinds read side by side; there are hardly more. */
const KINDS_AT_ONCE = 8

/**
 * Reads again what the CRM said has changed: what a notice says is never believed, only that there is news.
 * Subjects are records of the connector's streams, and people and companies whose history is wanted.
 */
export function fetchRecords({ installationId }: WakePayload, deps: Deps): Promise<void> {
  return workSlice(deps, 'fetch', installationId, CLAIMED_AT_ONCE, async (claims, installation) => {
    const { connection } = deps.crm.open(installation)
    const byKind = Object.entries(Object.groupBy(claims, (claim) => claim.kind))
    // A kind that fails leaves what the others have stored; only its own records are still due then.
    await inParallel(byKind, KINDS_AT_ONCE, ([kind, ofKind = []]) =>
      inStep('fetch records', aboutKind(kind, ofKind), async () => {
        const ids = ofKind.map((claim) => claim.id)
        const store = await read(connection, kind, ids)
        await storeAndSettle(deps, installationId, ofKind, store)
      }),
    )
    if (claims.length === CLAIMED_AT_ONCE) return true
    await deps.wake('fetch', installationId, GATHER_MS)
    return false
  })
}

function aboutKind(kind: string, { length }: readonly Claim[]) {
  return { 'plumbline.kind': kind, 'plumbline.batch.size': length }
}

/** Puts what was read into the store. @returns the stages that now have work */
type Store = (transaction: Db, installationId: string, now: Date) => Promise<readonly DueStage[]>

const HISTORY: Readonly<Record<string, SubjectKind>> = {
  'history:person': 'person',
  'history:company': 'company',
}

async function read(connection: Connection, kind: string, ids: readonly string[]): Promise<Store> {
  const subject = HISTORY[kind]
  if (subject === undefined) {
    const page = await connection.fetch(kind, ids)
    return (transaction, installationId, now) => storePage(transaction, installationId, page, now)
  }
  const histories = await connection.history(subject, ids)
  return async (transaction, installationId, now) => {
    await storeHistory(transaction, installationId, histories, now)
    return []
  }
}

/** What came in meanwhile has raised the generation and leaves the claim due. */
async function storeAndSettle(
  deps: Deps,
  installationId: string,
  claims: readonly Claim[],
  store: Store,
): Promise<void> {
  const stages = await inTransaction(deps.db, async (transaction) => {
    const marked = await store(transaction, installationId, deps.clock.now())
    const settlements = claims.map((claim) => ({ claim }))
    await settle(transaction, installationId, 'fetch', settlements)
    return marked
  })
  for (const stage of stages) await deps.wake(stage, installationId)
}
