import { type RawBuilder, sql } from 'kysely'
import { carriedTraces, linkFormer } from '../tracing/carried.ts'
import { type Db, jsonRows } from './database.ts'
import { LANE_OF } from './lanes.ts'

export const DUE_STAGES = [
  'sync',
  'fetch',
  'enrich',
  'score',
  'write_back',
  'task',
  'route',
  'listen',
  'erase',
] as const
export type DueStage = (typeof DUE_STAGES)[number]

/**
 * What is due: a person or company; for `sync` a run of a kind, for `fetch` a record of one of the CRM's streams, for
 * `listen` an account's feed.
 */
interface DueSubject {
  readonly kind: string
  readonly id: string
}

/** A row somebody holds until `settle`, `postpone` or the end of the lease. */
export interface Claim extends DueSubject {
  /** As it was when claimed; a higher one later means that more came in meanwhile. */
  readonly generation: number
  readonly attempts: number
  readonly dueAt: Date
  /** W3C traceparent of whoever marked it last; null where nobody traces. */
  readonly trace: string | null
  readonly lease: Lease
  /** Whoever held the row before did not give it back: a call of theirs may still be on its way. */
  readonly takenOver: boolean
}

/** Until when a row is its worker's. Later with each claim of the row, so that it names this one; `prolong` moves it. */
interface Lease {
  until: Date
}

/**
 * How long a claimed row stays with its worker; a killed worker delays its rows by this much. A batch that
 * takes longer is seldom endangered: the queue runs one job per installation, stage and lane at a time. Where another
 * worker has taken its rows all the same (this one stood still, or lanes have just been opened), `settle` leaves them
 * to that one.
 */
export const LEASE_MS = 8_000

/** Says that subjects need the stage at `dueAt` or earlier. Saying it again never makes it later. */
export async function mark(
  db: Db,
  installationId: string,
  stage: DueStage,
  kind: string,
  ids: readonly string[],
  dueAt: Date,
): Promise<void> {
  if (ids.length === 0) return
  const wanted = [...new Set(ids)]
  const { own, each } = carriedTraces(wanted)
  const rows = sql`
    insert into due (installation_id, stage, subject_kind, subject_id, due_at, trace)
    select ${installationId}, ${stage}, ${kind}, r.id, ${dueAt}, coalesce(r.trace, ${own})
    from unnest(${wanted}::text[], ${each}::text[]) as r(id, trace)
    -- One order for everybody: two batches that overlap cannot deadlock.
    order by r.id`
  await markRows(db, rows, own !== null)
}

/** A subject of one installation that needs a stage. */
export interface Marked extends DueSubject {
  readonly installationId: string
  readonly stage: DueStage
}

/** `mark` for any number of installations, stages and kinds in one statement. */
export async function markAll(db: Db, subjects: readonly Marked[], dueAt: Date): Promise<void> {
  if (subjects.length === 0) return
  const { own, each } = carriedTraces(subjects.map(({ id }) => id))
  const traced = subjects.map((subject, place) => ({ ...subject, trace: each?.[place] ?? own }))
  const rows = sql`
    insert into due (installation_id, stage, subject_kind, subject_id, due_at, trace)
    select distinct r."installationId", r.stage, r.kind, r.id, ${dueAt}::timestamptz, r.trace
    from jsonb_to_recordset(${jsonRows(traced)}::jsonb)
      as r("installationId" uuid, stage text, kind text, id text, trace text)
    -- The order of mark and settle.
    order by r."installationId", r.stage, r.kind, r.id`
  await markRows(db, rows, own !== null)
}

/** Where it is traced, whoever had marked the same rows before is linked: a row carries one trace only. */
async function markRows(db: Db, insert: RawBuilder<unknown>, isTraced: boolean): Promise<void> {
  const marking = sql`${insert}
    on conflict (installation_id, stage, subject_kind, subject_id) do update set
      due_at = least(due.due_at, excluded.due_at), generation = due.generation + 1,
      attempts = 0, trace = excluded.trace`
  if (!isTraced) return void (await marking.execute(db))
  const { rows } = await sql<{ former: string }>`
    with marked as (${marking} returning old.trace as former)
    select distinct former from marked where former is not null limit 128`.execute(db)
  linkFormer(rows.map(({ former }) => former))
}

/** Only rows of this kind, and of this lane; of every one unless given. */
export interface ClaimFilter {
  readonly kind?: string
  readonly lane?: number
}

/** Takes up to `limit` rows that are due and that nobody holds, the longest waiting first. */
export async function claim(
  db: Db,
  installationId: string,
  stage: DueStage,
  limit: number,
  now: Date,
  { kind, lane }: ClaimFilter = {},
): Promise<readonly Claim[]> {
  const ofKind = kind === undefined ? sql`` : sql`and subject_kind = ${kind}`
  const inLane = lane === undefined ? sql`` : sql`and ${LANE_OF} = ${lane}`
  const { rows } = await sql<ClaimedRow>`
    with next as (
      select installation_id, stage, subject_kind, subject_id from due
      where installation_id = ${installationId} and stage = ${stage} and due_at <= ${now}
        and (lease_until is null or lease_until < ${now})
        ${ofKind} ${inLane}
      order by due_at limit ${limit} for update skip locked)
    update due d set lease_until = ${new Date(now.getTime() + LEASE_MS)}
    from next n
    where d.installation_id = n.installation_id and d.stage = n.stage
      and d.subject_kind = n.subject_kind and d.subject_id = n.subject_id
    returning d.subject_kind as kind, d.subject_id as id, d.generation::int as generation, d.attempts,
      d.due_at as "dueAt", d.trace, d.lease_until as "leaseUntil",
      old.lease_until is not null as "takenOver"`.execute(db)
  return rows
    .map(({ leaseUntil, ...row }) => ({ ...row, lease: { until: leaseUntil } }))
    .toSorted((a, b) => a.dueAt.getTime() - b.dueAt.getTime())
}

type ClaimedRow = Omit<Claim, 'lease'> & { readonly leaseUntil: Date }

/** A claim that is done. `nextDueAt`: when the stage is needed again by the passing of time alone. */
export interface Settlement {
  readonly claim: Claim
  readonly nextDueAt?: Date
}

/**
 * Ends claims. A row that was marked again meanwhile stays due; otherwise it goes, or waits until `nextDueAt`: as the
 * beginning of another trace, because a schedule's would never end.
 * Must run in the transaction that stores the stage's results: it locks the rows before it decides.
 * @returns how many were not the caller's any more, by their lease, and were left alone: somebody else does that work
 */
export async function settle(
  transaction: Db,
  installationId: string,
  stage: DueStage,
  settlements: readonly Settlement[],
): Promise<number> {
  if (settlements.length === 0) return 0
  const current = await lockRows(transaction, installationId, stage, settlements)
  const held = settlements.flatMap(({ claim: { kind, id, lease, generation }, nextDueAt }) => {
    const row = current.get(keyOf({ kind, id }))
    if (row?.leaseUntil?.getTime() !== lease.until.getTime()) return []
    const isNews = row.generation !== generation
    return [{ kind, id, isOver: !(isNews || nextDueAt), dueAt: isNews ? null : nextDueAt }]
  })
  const over = held.filter(({ isOver }) => isOver)
  const kept = held.filter(({ isOver }) => !isOver)
  await sql`
    delete from due d using jsonb_to_recordset(${jsonRows(over)}::jsonb)
      as r(kind text, id text)
    where d.installation_id = ${installationId} and d.stage = ${stage}
      and d.subject_kind = r.kind and d.subject_id = r.id`.execute(transaction)
  await sql`
    update due d set lease_until = null, attempts = 0, last_error = null,
      due_at = coalesce(r."dueAt", d.due_at), trace = case when r."dueAt" is null then d.trace end
    from jsonb_to_recordset(${jsonRows(kept)}::jsonb) as r(kind text, id text, "dueAt" timestamptz)
    where d.installation_id = ${installationId} and d.stage = ${stage}
      and d.subject_kind = r.kind and d.subject_id = r.id`.execute(transaction)
  return settlements.length - held.length
}

interface CurrentRow extends DueSubject {
  readonly generation: number
  readonly leaseUntil: Date | null
}

/** Locks the rows in the order everybody uses and says how each is now. */
async function lockRows(
  transaction: Db,
  installationId: string,
  stage: DueStage,
  settlements: readonly Settlement[],
): Promise<ReadonlyMap<string, CurrentRow>> {
  const { rows } = await sql<CurrentRow>`
    select subject_kind as kind, subject_id as id, generation::int as generation,
      lease_until as "leaseUntil" from due
    where installation_id = ${installationId} and stage = ${stage}
      and subject_id = any(${settlements.map(({ claim }) => claim.id)})
    order by subject_kind, subject_id for update`.execute(transaction)
  return new Map(rows.map((row) => [keyOf(row), row]))
}

function keyOf(subject: DueSubject): string {
  return `${subject.kind} ${subject.id}`
}
