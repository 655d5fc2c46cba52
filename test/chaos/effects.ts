import { sql } from 'kysely'
import { z } from 'zod'
import { sameValue } from '../../jobs/same-value.ts'
import type { Db } from '../../src/store/database.ts'
import type { Findings } from './lost.ts'
import type { Truth } from './truth.ts'
import type { CrmStage, WorkDone } from './types.ts'

const Write = z.object({
  seq: z.number(),
  type: z.string(),
  id: z.string(),
  values: z.record(z.string(), z.unknown()),
  changed: z.array(z.string()),
  at: z.number(),
})
type Write = z.infer<typeof Write>
const Page = z.object({ writes: z.array(Write), last: z.number() })

const SCORED_AT = 'plumbline_scored_at'
/**
 * A write is repeated when its answer was lost, or its worker killed before it was noted: some in a hundred under
 * hard faults. More than this share says that values are written which stand there already.
 */
const MOST_REPEATS = 0.2
/** Of all values written. A write carries what differs; a repeated one nothing that does. */
const MOST_UNCHANGED = 0.4
/** Below this many writes a share says nothing. */
const FEW = 50

/** Whether everything that a CRM saw of us happened once: values, tasks, owners; and receipts, which stand for them. */
export async function judgeEffects(
  db: Db,
  stage: CrmStage,
  truth: Truth,
  { reconnects }: Pick<WorkDone, 'reconnects'>,
): Promise<Findings> {
  const writes = await readWrites(stage)
  const values = judgeValues(writes, reconnects, await sharedSeconds(db, stage.installationId))
  const tasks = await judgeTasks(db, stage.installationId, truth)
  const receipts = await repeatedReceipts(db, stage.installationId)
  return {
    checked: { ...values.checked, tasks: tasks.made },
    complaints: [...values.complaints, ...judgeOwners(writes), ...tasks.complaints, ...receipts],
  }
}

async function readWrites({ control }: CrmStage): Promise<readonly Write[]> {
  const writes: Write[] = []
  for (let after = 0, last = 1; after < last; ) {
    const page = Page.parse(await (await control('GET', `__writes?after=${after}`)).json())
    writes.push(...page.writes)
    after = page.writes.at(-1)?.seq ?? page.last
    last = page.last
  }
  return writes
}

/** `plumbline_score` of `Plumbline_Score__c`. */
function ourName(name: string): string {
  return name.toLowerCase().replace(/__c$/, '')
}

function isOurs(name: string): boolean {
  return ourName(name).startsWith('plumbline_')
}

/** What stands on one record, by what we wrote; each value with the score that it is of. */
interface Standing {
  readonly scoredAt: number
  readonly values: ReadonlyMap<string, { readonly text: string; readonly scoredAt: number }>
}

/**
 * Salesforce keeps whole seconds. Who was scored twice within one carries two scores of the same moment there, one
 * after the other: as `id second`.
 */
async function sharedSeconds(db: Db, installationId: string): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string; second: string }>`
    select person_id as id, floor(extract(epoch from as_of))::bigint as second from score_receipt
    where installation_id = ${installationId} group by 1, 2 having count(*) > 1`.execute(db)
  return new Set(rows.map(({ id, second }) => `${id} ${second}`))
}

function judgeValues(
  all: readonly Write[],
  reconnects: number,
  sharedSeconds: ReadonlySet<string>,
): Findings {
  const writes = all.filter(({ values }) => Object.keys(values).some(isOurs))
  const { repeats, records, complaints } = followWrites(writes, sharedSeconds)
  const fields = valuesIn(writes)
  const anew = reconnects * records
  const tooMany = repeats - anew > writes.length * MOST_REPEATS
  const tooMuch = fields.unchanged > fields.written * MOST_UNCHANGED
  const isMany = writes.length > FEW
  const shares = [
    ...(isMany && tooMany ? [`${repeats} of ${writes.length} writes changed nothing`] : []),
    ...(isMany && tooMuch
      ? [`${fields.unchanged} of ${fields.written} values that were written stood there already`]
      : []),
  ]
  return {
    checked: { writes: writes.length, repeats, 'values that stood': fields.unchanged },
    complaints: [...complaints, ...shares],
  }
}

/** Record by record, in the order of the writes. */
function followWrites(writes: readonly Write[], sharedSeconds: ReadonlySet<string>) {
  const standing = new Map<string, Standing>()
  const complaints: string[] = []
  let repeats = 0
  for (const write of writes) {
    const key = `${write.type} ${write.id}`
    const before = standing.get(key)
    if (before && !write.changed.some((name) => isOurs(name) && ourName(name) !== SCORED_AT)) {
      repeats += 1
    }
    const after = applied(before, write)
    const isShared =
      after.scoredAt % 1_000 === 0 && sharedSeconds.has(`${write.id} ${after.scoredAt / 1_000}`)
    if (before && !(isShared && before.scoredAt === after.scoredAt)) {
      complaints.push(...flaps(key, before, after))
    }
    standing.set(key, after)
  }
  return { repeats, records: standing.size, complaints }
}

/** How many of our values were written by writes that changed some, and how many of them stood there already. */
function valuesIn(writes: readonly Write[]): { written: number; unchanged: number } {
  const sum = { written: 0, unchanged: 0 }
  for (const { values, changed } of writes) {
    if (!changed.some(isOurs)) continue
    const names = Object.keys(values).filter((name) => isOurs(name) && ourName(name) !== SCORED_AT)
    sum.written += names.length
    sum.unchanged += names.filter((name) => !changed.includes(name)).length
  }
  return sum
}

function applied(before: Standing | undefined, { values }: Write): Standing {
  const texts = Object.entries(values)
    .filter(([name]) => isOurs(name))
    .map(([name, value]) => [ourName(name), String(value ?? '')] as const)
  const moment = momentOf(new Map(texts).get(SCORED_AT))
  const scoredAt = moment ?? before?.scoredAt ?? 0
  const own = texts.map(([name, text]) => [name, { text, scoredAt }] as const)
  return { scoredAt, values: new Map([...(before?.values ?? []), ...own]) }
}

/** ms of an ISO text or of milliseconds. */
function momentOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  return /^\d+$/.test(text) ? Number(text) : Date.parse(text)
}

/** A record goes from score to score, never back, and one score says one thing. */
function flaps(key: string, before: Standing, after: Standing): readonly string[] {
  const complaints: string[] = []
  if (after.scoredAt < before.scoredAt) {
    const [from, to] = [before.scoredAt, after.scoredAt].map((ms) => new Date(ms).toISOString())
    complaints.push(`${key} went back from the score of ${from} to that of ${to}`)
  }
  if (after.scoredAt === 0) return complaints
  for (const [name, { text, scoredAt }] of after.values) {
    const former = before.values.get(name)
    if (!former || former.scoredAt !== scoredAt || sameValue(former.text, text)) continue
    complaints.push(`${key} ${name}: one score was written as "${former.text}" and as "${text}"`)
  }
  return complaints
}

/** Nobody's owner changes more often than their tier did. */
function judgeOwners(writes: readonly Write[]): readonly string[] {
  const complaints: string[] = []
  for (const [id, each] of Map.groupBy(writes, (write) => write.id)) {
    const changes = (name: string) =>
      each.filter(({ changed }) => changed.some((one) => ourName(one) === name)).length
    const [owners, tiers] = [changes('ownerid'), changes('plumbline_tier')]
    if (owners > tiers) complaints.push(`${id} got ${owners} owners for ${tiers} tiers`)
  }
  return complaints
}

const KEY = /Plumbline ([\w-]{8,})/

/** A task for every key that we made one for, and no second one. */
async function judgeTasks(db: Db, installationId: string, { tasks }: Truth) {
  const keys = tasks.flatMap((text) => KEY.exec(text)?.[1] ?? [])
  const made = Map.groupBy(keys, (key) => key)
  const twice = [...made].filter(([, each]) => each.length > 1)
  const { rows } = await sql<{ key: string }>`
    select key from task where installation_id = ${installationId} and created_at is not null`.execute(
    db,
  )
  const missing = rows.filter(({ key }) => !made.has(key))
  return {
    made: keys.length,
    complaints: [
      ...twice.map(([key, each]) => `the task ${key} was made ${each.length} times`),
      ...missing.map(({ key }) => `the task ${key} is not in the CRM`),
    ],
  }
}

/**
 * The same inputs came to the same twice in a row. By time alone a result changes its points; and whoever was gone
 * and came back is scored anew.
 */
async function repeatedReceipts(db: Db, installationId: string): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string; n: number }>`
    with receipt as (
      select person_id as subject, id, model, inputs_hash, result, previous is null as anew from score_receipt
      where installation_id = ${installationId}
      union all
      select company_id, id, model, inputs_hash, result, previous_tier is null from account_receipt
      where installation_id = ${installationId}),
    following as (
      select subject, not anew and (model, inputs_hash, result - 'asOf' - 'nextChangeAt')
          is not distinct from lag((model, inputs_hash, result - 'asOf' - 'nextChangeAt'))
            over (partition by subject order by id) as again
      from receipt)
    select subject as id, count(*)::int as n from following where again group by subject`.execute(
    db,
  )
  return rows.map(({ id, n }) => `${id} has ${n} receipts that say what the one before says`)
}
