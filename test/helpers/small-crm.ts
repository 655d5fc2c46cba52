import { sql } from 'kysely'
import type { Page } from '../../connectors/page.ts'
import { EMPTY_PAGE } from '../../connectors/page.ts'
import { enrich } from '../../jobs/enrich.ts'
import { score } from '../../jobs/score.ts'
import { storePage } from '../../jobs/store-page.ts'
import type { FactMap } from '../../src/leads/facts.ts'
import { type Db, inTransaction } from '../../src/store/database.ts'
import type { Installation } from '../../src/store/installations.ts'
import type { ReceiptIdentity } from '../../src/store/receipt-identity.ts'
import { receiptIdentity } from '../../src/store/receipt-identity.ts'
import { type MovableClock, stageDeps } from './deps.ts'

interface CurrentScore {
  readonly inputsHash: string
  readonly score: number
  readonly representedBy: string | null
}

/** A CRM of a few records, with the stages behind it: what it says is read, enriched and scored at once. */
export interface SmallCrm {
  readonly installationId: string
  says(page: Partial<Page>): Promise<void>
  /** Does what is due; for what was marked by other means. */
  work(): Promise<void>
  person(id: string, facts: FactMap, companyId?: string): Page['people'][number]
  company(id: string, facts: FactMap): Page['companies'][number]
  /** A visit of the pricing page, a moment ago. */
  visit(personId: string, sourceId: string): Page['activities'][number]
  gone(kind: 'person' | 'company', id: string): Page['removed'][number]
  score(id: string): Promise<CurrentScore | undefined>
  identity(id: string): Promise<ReceiptIdentity | null>
}

/** Time goes on by a minute with everything that the CRM says. */
export function smallCrm(
  db: Db,
  { id: installationId }: Installation,
  clock: MovableClock,
): SmallCrm {
  const deps = stageDeps(db, clock)
  const started = clock.now()
  const work = async () => {
    await enrich({ installationId }, deps)
    await score({ installationId }, deps)
  }
  return {
    installationId,
    work,
    async says(page) {
      clock.moveTo(new Date(clock.now().getTime() + 60_000))
      await inTransaction(db, (transaction) =>
        storePage(transaction, installationId, { ...EMPTY_PAGE, ...page }, clock.now()),
      )
      await work()
    },
    person: (id, facts, companyId) => ({
      id,
      facts,
      createdAt: started,
      updatedAt: clock.now(),
      ...(companyId && { companyId }),
    }),
    company: (id, facts) => ({ id, facts, createdAt: started, updatedAt: clock.now() }),
    visit: (personId, sourceId) => ({
      personId,
      sourceId,
      type: 'page_view',
      occurredAt: started,
      attributes: { path: '/pricing' },
    }),
    gone: (kind, id) => ({ kind, id, at: new Date(clock.now().getTime() + 1_000) }),
    async score(id) {
      const { rows } = await sql<CurrentScore>`
        select inputs_hash as "inputsHash", score::float8 as score, represented_by as "representedBy"
        from score where installation_id = ${installationId} and person_id = ${id}`.execute(db)
      return rows[0]
    },
    identity: (id) => receiptIdentity(db, installationId, id),
  }
}
