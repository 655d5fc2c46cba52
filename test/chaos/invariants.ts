import { sql } from 'kysely'
import { z } from 'zod'
import type { Db } from '../../src/store/database.ts'
import type { Truth } from './truth.ts'
import type { CrmStage, WorkDone } from './types.ts'

const HubspotLedger = z.object({ total: z.number(), overLimit: z.number() })
/** Of all calls: what waited on a line that was silent arrives at once, however far apart it was sent. */
const MOST_OVER_LIMIT = 0.005
/** Of HubSpot's webhooks: events that were accepted, every copy of them, and requests by how they were answered. */
const Webhooks = z.object({ delivered: z.number(), byStatus: z.record(z.string(), z.number()) })
const Tokens = z.object({ reuses: z.number(), revocations: z.number() })

/** Stages that end; a score waits for its next change, and listening never ends. */
const ENDING = ['fetch', 'enrich', 'write_back', 'task', 'route']

/** Work that has not come to its end, although nothing has been to do for long. */
export async function judgeQuiet(db: Db, { installationId }: CrmStage): Promise<readonly string[]> {
  const { rows } = await sql<{ stage: string; n: number; error: string | null }>`
    select stage, count(*)::int as n, max(last_error) as error from due d
    where installation_id = ${installationId}
      and (stage = any(${ENDING}) or stage = 'score' and due_at <= now())
      and not exists (select from written w where w.installation_id = d.installation_id
        and d.stage = 'write_back' and w.subject_kind = d.subject_kind and w.subject_id = d.subject_id
        and w.held_until > now())
    group by stage order by stage`.execute(db)
  const { rows: leased } = await sql<{ n: number }>`
    select count(*)::int as n from due where installation_id = ${installationId}
      and stage not in ('sync', 'listen') and lease_until > now()`.execute(db)
  const { rows: refused } = await sql<{ stage: string; id: string; reason: string }>`
    select stage, subject_id as id, reason from rejection
    where installation_id = ${installationId} and resolved_at is null order by 1, 2`.execute(db)
  const held = leased[0]?.n ?? 0
  return [
    ...rows.map(
      ({ stage, n, error }) => `${n} rows of ${stage} still wait (${error ?? 'no error'})`,
    ),
    ...(held > 0 ? [`${held} rows are still leased`] : []),
    ...refused.map(({ stage, id, reason }) => `${stage} of ${id} is still refused: ${reason}`),
  ]
}

/** What a CRM must never have seen of us, whatever the weather. */
export async function judgeManners(
  { crm, control }: CrmStage,
  { reconnects }: Pick<WorkDone, 'reconnects'>,
): Promise<readonly string[]> {
  if (crm === 'hubspot') {
    const ledger = HubspotLedger.parse(await (await control('GET', '__ledger')).json())
    const { byStatus } = await webhooksOf(control)
    const refused = Object.entries(byStatus).filter(([status]) => /^4/.test(status))
    return [
      ...(ledger.overLimit > ledger.total * MOST_OVER_LIMIT
        ? [`${ledger.overLimit} of ${ledger.total} calls were beyond the CRM's limits`]
        : []),
      ...refused.map(
        ([status, n]) => `${n} of the CRM's own requests were answered with ${status}`,
      ),
    ]
  }
  const { reuses, revocations } = Tokens.parse(await (await control('GET', '__tokens')).json())
  return [
    ...(reuses > 0 ? [`a refresh token was presented twice, ${reuses} times`] : []),
    // An admin's revoking is counted, too.
    ...(revocations > reconnects ? [`${revocations} grants were revoked`] : []),
  ]
}

/** Rows about whoever was erased are gone from the inbox: at most so many events each. */
const EVENTS_OF_ERASED = 25

/** What was accepted must be kept: each event that got a 200 is in the inbox, or was counted as known already. */
export async function judgeInbox(
  db: Db,
  { crm, installationId, control }: CrmStage,
  { erased }: WorkDone,
): Promise<readonly string[]> {
  if (crm !== 'hubspot') return []
  const { delivered } = await webhooksOf(control)
  const { rows } = await sql<{ kept: number }>`
    select ((select count(*) from inbox where installation_id = ${installationId} and source = 'webhook')
      + (select coalesce(sum(events), 0) from inbox_refused
        where crm = ${crm} and source = 'webhook'))::int as kept`.execute(db)
  const missing = delivered - (rows[0]?.kept ?? 0) - erased.size * EVENTS_OF_ERASED
  return missing > 0 ? [`${missing} events were accepted and are not in the inbox`] : []
}

async function webhooksOf(control: CrmStage['control']): Promise<z.infer<typeof Webhooks>> {
  return Webhooks.parse(await (await control('GET', '__webhooks')).json())
}

/** Rows of one installation that name a record which only another one has. */
export async function judgeForeign(
  db: Db,
  stages: readonly { readonly stage: CrmStage; readonly truth: Truth }[],
): Promise<readonly string[]> {
  const places = await subjectColumns(db)
  const complaints: string[] = []
  for (const { stage, truth } of stages) {
    const own = idsOf(truth)
    const others = stages
      .filter((each) => each.stage !== stage)
      .flatMap((each) => [...idsOf(each.truth)])
    const foreign = others.filter((id) => !own.has(id))
    for (const { table, column } of places) {
      const { rows } = await sql<{ id: string }>`
        select distinct ${sql.ref(column)}::text as id from ${sql.table(table)}
        where installation_id = ${stage.installationId}
          and ${sql.ref(column)}::text = any(${foreign}) limit 20`.execute(db)
      complaints.push(
        ...rows.map(({ id }) => `${table} of ${stage.crm} names ${id} of another CRM`),
      )
    }
  }
  return complaints
}

function idsOf({ people, companies, archived }: Truth): ReadonlySet<string> {
  return new Set([...people.map(({ id }) => id), ...companies.map(({ id }) => id), ...archived])
}

/** Every column that names a record of a CRM in a table whose rows belong to installations. */
async function subjectColumns(db: Db) {
  const { rows } = await sql<{ table: string; column: string }>`
    select c.table_name as table, c.column_name as column from information_schema.columns c
    where c.table_schema = 'public' and c.data_type = 'text'
      and (c.column_name in ('person_id', 'company_id', 'subject_id', 'record_id')
        or c.column_name = 'id' and c.table_name in ('person', 'company'))
      and exists (select from information_schema.columns i where i.table_schema = 'public'
        and i.table_name = c.table_name and i.column_name = 'installation_id')
    order by 1, 2`.execute(db)
  return rows
}
