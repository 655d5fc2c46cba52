import { beforeEach, describe, expect, test } from 'vitest'
import {
  advanceCursor,
  finishRun,
  lastFinishedSync,
  readCursors,
  runningSync,
  startRun,
} from '../../src/store/sync-runs.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'

const NOW = new Date('2026-11-22T12:00:00Z')

describe('readings of the CRM', () => {
  const database = useDatabase()
  let installationId: string
  beforeEach(async () => {
    installationId = (await makeInstallation(database.db)).id
  })
  const start = () =>
    startRun(database.db, installationId, { kind: 'full', since: null, startedAt: NOW }, [
      ['companies', 'deals'],
      ['contacts'],
    ])

  test('two workers on one page: one stores it, the other is told', async () => {
    const run = await start()
    const [cursor] = await readCursors(database.db, run.id)
    if (!cursor) throw new Error('a run has cursors')
    const page = { next: { after: '100' }, records: 100 }
    const both = await Promise.all([
      advanceCursor(database.db, run.id, cursor, page),
      advanceCursor(database.db, run.id, cursor, page),
    ])
    expect(both.toSorted()).toEqual([false, true])
    const [moved] = await readCursors(database.db, run.id)
    expect(moved).toMatchObject({ position: { after: '100' }, pages: 1, records: 100, done: false })
  })

  test('a stream is done with its last page, and then moves no more', async () => {
    const run = await start()
    const [cursor] = await readCursors(database.db, run.id)
    if (!cursor) throw new Error('a run has cursors')
    expect(await advanceCursor(database.db, run.id, cursor, { next: null, records: 3 })).toBe(true)
    const [done] = await readCursors(database.db, run.id)
    expect(done).toMatchObject({ done: true, position: null })
    if (!done) throw new Error('a run has cursors')
    expect(await advanceCursor(database.db, run.id, done, { next: null, records: 3 })).toBe(false)
  })

  test('an installation has one run under way at most', async () => {
    const run = await start()
    await expect(start()).rejects.toThrow(/sync_run_running/)
    await finishRun(database.db, run.id, NOW)
    expect(await runningSync(database.db, installationId)).toBeNull()
    expect(await lastFinishedSync(database.db, installationId)).toMatchObject({ id: run.id })
    expect((await start()).id).not.toBe(run.id)
  })
})
