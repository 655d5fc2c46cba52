import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Db, inTransaction } from '../../src/store/database.ts'
import type { Installation } from '../../src/store/installations.ts'
import {
  fileOverwrites,
  lockWritten,
  openOverwrites,
  ourRecords,
  restoreAll,
  settleOverwrites,
} from '../../src/store/overwrites.ts'
import { openRejections, replayRejections } from '../../src/store/rejections.ts'
import { changeSettings } from '../../src/store/settings.ts'
import {
  forgetWritten,
  holdWrites,
  noteSending,
  pendingWrites,
  saveWritten,
} from '../../src/store/written.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const LATER = new Date('2026-11-22T13:00:00Z')
const MANY = 20_000

describe('with many records', () => {
  const database = useDatabase()
  let installation: Installation
  beforeAll(async () => {
    installation = await makeInstallation(database.db)
    await changeSettings(database.db, installation.id, { overwrites: 'respect' }, NOW)
    await fill(database.db, installation.id)
  })

  /** Which of the tables that grow were read in more rows than the records asked for can have. */
  const overread = (work: (transaction: Db) => Promise<unknown>) =>
    inTransaction(database.db, async (transaction) => {
      // At this size reading a whole table is about as cheap as its index; at a hundred times the size it is not.
      await sql`set local enable_seqscan = off`.execute(transaction)
      const before = await rowsRead(transaction)
      await work(transaction)
      const after = await rowsRead(transaction)
      return [...after].filter(([name, n]) => n - (before.get(name) ?? 0) > 1_000)
    })
  const ids = Array.from({ length: 100 }, (_, at) => String(at * 7))
  const fields = ids.map((id) => ({ id, field: 'plumbline_tier' }))
  const overwrites = fields.map((each) => ({ ...each, ours: 'A', theirs: 'B' }))
  const held = ids.map((id) => ({ id, until: LATER }))
  const rows = ids.map((id) => ({ id, values: { plumbline_tier: 'A' } }))
  const times = { sentAt: NOW, writtenAt: NOW, recentSince: NOW }

  test.each<[string, (db: Db, installationId: string) => Promise<unknown>]>([
    ['what is to be written', (db, id) => pendingWrites(db, id, 'person', ids, NOW)],
    ['what a page is compared with', (db, id) => ourRecords(db, id, 'person', ids)],
    ['the lock on it', (db, id) => lockWritten(db, id, 'person', ids)],
    ['what is sent', (db, id) => noteSending(db, id, 'person', rows, NOW)],
    ['what is acknowledged', (db, id) => saveWritten(db, id, 'person', rows, times)],
    ['what is forgotten', (db, id) => forgetWritten(db, id, 'person', fields)],
    ['what is held', (db, id) => holdWrites(db, id, 'person', held)],
    [
      'what is overwritten',
      (db, id) => fileOverwrites(db, id, 'person', overwrites, { seenAt: NOW, restSince: NOW }),
    ],
    ['what is ours again', (db, id) => settleOverwrites(db, id, 'person', fields, NOW)],
    ['the newest overwrites', (db, id) => openOverwrites(db, id, { limit: 20 })],
    [
      'the overwrites of one record',
      (db, id) => openOverwrites(db, id, { limit: 20, subject: { kind: 'person', id: '7' } }),
    ],
    ['the newest rejections', (db, id) => openRejections(db, id, { stage: null, ids: null }, 20)],
  ])('%s is found by its key', async (_, work) => {
    expect(await overread((transaction) => work(transaction, installation.id))).toEqual([])
  })

  test('everything that others changed is taken back in one go', async () => {
    const { rows: open } = await sql`select 1 from field_overwrite where settled_at is null
      group by subject_id`.execute(database.db)
    await inTransaction(database.db, async (transaction) => {
      expect(await restoreAll(transaction, installation.id, NOW)).toBe(open.length)
    })
    const pending = await pendingWrites(database.db, installation.id, 'person', ['1'], NOW)
    expect(pending[0]?.written).toEqual({ plumbline_score: '50' })
    const { rows: due } = await sql`select 1 from due where stage = 'write_back'`.execute(
      database.db,
    )
    expect(due).toHaveLength(open.length)
  })

  test('rejections of all stages are replayed in one go', async () => {
    const replayed = await inTransaction(database.db, (transaction) =>
      replayRejections(transaction, installation.id, { stage: null, ids: null }, NOW),
    )
    expect(replayed).toEqual({ write_back: MANY / 10 })
  })
})

/** How many rows this connection has read, by table. */
async function rowsRead(transaction: Db): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ name: string; n: number }>`
    select relname as name, (seq_tup_read + coalesce(idx_tup_fetch, 0))::int as n
    from pg_stat_xact_user_tables
    where relname in ('written', 'score', 'person', 'field_overwrite', 'rejection', 'due')`.execute(
    transaction,
  )
  return new Map(rows.map(({ name, n }) => [name, n]))
}

/** Everybody has been written, every second one was changed, every tenth refused. */
async function fill(db: Db, id: string): Promise<void> {
  const values = '{"plumbline_tier": "A", "plumbline_score": "50"}'
  await sql`insert into person (installation_id, id, facts, source_created_at, source_updated_at, known_at)
    select ${id}, n::text, '{}', ${NOW}, ${NOW}, ${NOW} from generate_series(1, ${MANY}) n`.execute(
    db,
  )
  await sql`insert into score (installation_id, person_id, model, as_of, inputs_hash, score, tier, stage,
      written_values, engagement, intent)
    select ${id}, n::text, 'm@1', ${NOW}, 'h', 50, 'A', 'mql', ${values}, 0, 0
    from generate_series(1, ${MANY}) n`.execute(db)
  await sql`insert into written (installation_id, subject_kind, subject_id, written_values, written_at, sent_at)
    select ${id}, 'person', n::text, ${values}, ${NOW}, ${NOW} from generate_series(1, ${MANY}) n`.execute(
    db,
  )
  await sql`insert into field_overwrite (installation_id, subject_kind, subject_id, field, ours, theirs, seen_at)
    select ${id}, 'person', n::text, 'plumbline_tier', 'A', 'B', ${NOW}::timestamptz - n * interval '1 second'
    from generate_series(1, ${MANY}, 2) n`.execute(db)
  await sql`insert into rejection (installation_id, stage, subject_kind, subject_id, reason, rejected_at,
      first_rejected_at)
    select ${id}, 'write_back', 'person', n::text, 'a rule', ${NOW}, ${NOW}::timestamptz - n * interval '1 second'
    from generate_series(1, ${MANY}, 10) n`.execute(db)
  await sql`insert into due (installation_id, stage, subject_kind, subject_id, due_at)
    select ${id}, 'score', 'person', n::text, ${LATER} from generate_series(1, ${MANY}) n`.execute(
    db,
  )
  await sql`analyze`.execute(db)
}
