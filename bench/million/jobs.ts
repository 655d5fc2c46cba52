import { readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { parseModelText } from '../../jobs/models.ts'
import { requestSync } from '../../jobs/schedule.ts'
import type { Db } from '../../src/store/database.ts'
import { backlog } from '../../src/store/due-backlog.ts'
import { publish } from '../../src/store/models.ts'
import { newestRun } from '../../src/store/sync-runs.ts'
import { type Done, isIdle } from './progress.ts'

/** What a job works on. */
interface Stage {
  readonly db: Db
  readonly installationId: string
  readonly people: number
}

/** One of the nightly jobs. */
export interface Job {
  readonly name: JobName
  /** Makes it due, and returns how it is looked at. */
  begin(stage: Stage): Promise<Course>
}

interface Course {
  readonly beganAt: Date
  look(): Promise<Done>
  /** What it did, counted in the database; and what it did more than once. */
  outcome(): Promise<string>
}

export const JOB_NAMES = ['resync', 'decay', 'publish'] as const
export type JobName = (typeof JOB_NAMES)[number]

const MODEL = 'config/models/b2b-starter.yaml'
const WORK = ['sync', 'fetch', 'enrich', 'score', 'write_back'] as const

/** Everybody is read again, page by page; nothing has changed. */
const resync: Job = {
  name: 'resync',
  async begin({ db, installationId }) {
    const before = await newestRun(db, installationId)
    const total = await recordsOf(db, installationId)
    const beganAt = new Date()
    await requestSync(db, installationId, 'full', beganAt)
    const look = async () => {
      const newest = await newestRun(db, installationId)
      const run = newest?.run.id === before?.run.id ? undefined : newest
      const done = run?.cursors.reduce((sum, cursor) => sum + cursor.records, 0) ?? 0
      const isComplete = Boolean(run?.run.finishedAt) && (await isIdle(db, WORK))
      return { done, total, words: `phase ${phaseOf(run?.cursors ?? [])}`, isComplete }
    }
    return { beganAt, look, outcome: () => marksOf(db, installationId, beganAt) }
  },
}

function phaseOf(cursors: readonly { phase: number; done: boolean }[]): string {
  return String(cursors.find(({ done }) => !done)?.phase ?? 'over')
}

/** Everybody's next change is due at one moment. */
const decay: Job = {
  name: 'decay',
  async begin({ db, installationId }) {
    const beganAt = new Date()
    await unhurried(db, async (connection) => {
      await sql`
        update due set due_at = ${beganAt}
        where installation_id = ${installationId} and stage = 'score'`.execute(connection)
      await sql`vacuum analyze due`.execute(connection)
    })
    return scoring(db, installationId, beganAt)
  },
}

/** Another model goes live: everybody is scored by it, and everybody is written. */
const publication: Job = {
  name: 'publish',
  async begin({ db, installationId }) {
    const beganAt = new Date()
    const model = await nextModel(db, installationId)
    const decision = { actor: 'bench', reason: 'a million people', at: beganAt }
    const published = await publish(db, installationId, model, decision)
    const seconds = (Date.now() - beganAt.getTime()) / 1_000
    console.log(
      `publish  the transaction took ${seconds.toFixed(1)} s: ${JSON.stringify(published)}`,
    )
    return scoring(db, installationId, beganAt)
  },
}

/** One point less than the one before. */
async function nextModel(db: Db, installationId: string) {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from model_version
    where installation_id = ${installationId}`.execute(db)
  const text = await readFile(MODEL, 'utf8')
  const points = 30 - (rows[0]?.n ?? 0)
  return parseModelText(text.replace('points: 30', `points: ${points}`), MODEL)
}

export const JOBS: Readonly<Record<JobName, Job>> = { resync, decay, publish: publication }

async function scoring(db: Db, installationId: string, beganAt: Date): Promise<Course> {
  const total = (await backlog(db, installationId, new Date())).score
  const look = async () => {
    const now = new Date()
    const { score, write_back } = await backlog(db, installationId, now)
    const isComplete = score + write_back === 0 && (await isIdle(db, WORK))
    return { done: Math.max(0, total - score), total, words: `${write_back} to write`, isComplete }
  }
  return { beganAt, look, outcome: () => marksOf(db, installationId, beganAt) }
}

/** New facts, receipts and writes since a moment; who has two receipts was scored twice. */
async function marksOf(db: Db, installationId: string, since: Date): Promise<string> {
  return unhurried(db, async (connection) => {
    const { rows } = await sql<Record<string, number>>`
      select
        (select count(*)::int from fact_version
          where installation_id = ${installationId} and known_at >= ${since}) as facts,
        (select count(*)::int from score_receipt
          where installation_id = ${installationId} and as_of >= ${since}) as receipts,
        (select count(distinct person_id)::int from score_receipt
          where installation_id = ${installationId} and as_of >= ${since}) as people,
        (select count(*)::int from account_receipt
          where installation_id = ${installationId} and as_of >= ${since}) as accounts,
        (select count(*)::int from written
          where installation_id = ${installationId} and written_at >= ${since}) as written`.execute(
      connection,
    )
    const { facts, receipts, people, accounts, written } = rows[0] ?? {}
    return `${facts} new facts, ${receipts} receipts of ${people} people, ${accounts} of accounts, ${written} records written`
  })
}

async function recordsOf(db: Db, installationId: string): Promise<number> {
  return unhurried(db, async (connection) => {
    const { rows } = await sql<{ n: number }>`
      select (select count(*) from person where installation_id = ${installationId})::int
        + (select count(*) from company where installation_id = ${installationId})::int
        + (select count(*) from deal where installation_id = ${installationId})::int
        + (select count(*) from activity where installation_id = ${installationId}
          and source_id not like 'rollup:%')::int as n`.execute(connection)
    return rows[0]?.n ?? 0
  })
}

/** Works on one connection whose statements may take as long as they like. */
function unhurried<T>(db: Db, work: (connection: Db) => Promise<T>): Promise<T> {
  return db.connection().execute(async (connection) => {
    await sql`set statement_timeout = 0`.execute(connection)
    const result = await work(connection)
    await sql`reset statement_timeout`.execute(connection)
    return result
  })
}
