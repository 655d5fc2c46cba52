import { beforeEach, describe, expect, test } from 'vitest'
import {
  advanceCursor,
  fieldsAreRead,
  finishRun,
  lastFinishedSync,
  lateReadUntil,
  type NewRun,
  newestRun,
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

  const hoursOn = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000)
  const ran = async (run: NewRun) => {
    const begun = await startRun(database.db, installationId, run, [['contacts']])
    await finishRun(database.db, begun.id, run.startedAt)
    return begun
  }

  test('streams come in the order of their phases', async () => {
    const run = await start()
    const cursors = await readCursors(database.db, run.id)
    expect(cursors.map(({ stream, phase }) => [stream, phase])).toEqual([
      ['companies', 0],
      ['deals', 0],
      ['contacts', 1],
    ])
  })

  test('a full reading has no window; one of changes ends where it is said to, or begins', async () => {
    const full = await ran({ kind: 'full', since: null, until: hoursOn(9), startedAt: NOW })
    expect(full).toMatchObject({ since: null, until: null, startedAt: NOW })
    const delta = await ran({ kind: 'delta', since: NOW, startedAt: hoursOn(1) })
    expect(delta).toMatchObject({ since: NOW, until: hoursOn(1) })
    const late = await ran({ kind: 'late', since: NOW, until: hoursOn(0.5), startedAt: hoursOn(2) })
    expect(late).toMatchObject({ since: NOW, until: hoursOn(0.5) })
  })

  test('before the first run there is nothing to go on from', async () => {
    expect(await runningSync(database.db, installationId)).toBeNull()
    expect(await lastFinishedSync(database.db, installationId)).toBeNull()
    expect(await lateReadUntil(database.db, installationId)).toBeNull()
    expect(await newestRun(database.db, installationId)).toBeNull()
    expect(await fieldsAreRead(database.db, installationId, [])).toBe(false)
  })

  test('a late pass is not the last reading, and says up to where changes are known', async () => {
    const full = await ran({ kind: 'full', since: null, startedAt: NOW })
    expect(await lateReadUntil(database.db, installationId)).toEqual(NOW)
    await ran({ kind: 'delta', since: NOW, startedAt: hoursOn(1) })
    expect(await lateReadUntil(database.db, installationId)).toEqual(NOW)
    await ran({ kind: 'late', since: NOW, until: hoursOn(0.5), startedAt: hoursOn(2) })
    expect(await lateReadUntil(database.db, installationId)).toEqual(hoursOn(0.5))
    expect(await lastFinishedSync(database.db, installationId)).toMatchObject({ kind: 'delta' })
    expect(await newestRun(database.db, installationId)).toMatchObject({
      run: { kind: 'late' },
      cursors: [{ stream: 'contacts', pages: 0 }],
    })
    expect(full.kind).toBe('full')
  })

  test('fields are read once the last full reading and all since have had them', async () => {
    const read = (fields: string[]) => fieldsAreRead(database.db, installationId, fields)
    await ran({ kind: 'full', since: null, startedAt: NOW, fields: ['person.a', 'person.b'] })
    expect([await read([]), await read(['person.a']), await read(['person.c'])]).toEqual([
      true,
      true,
      false,
    ])
    await ran({ kind: 'delta', since: NOW, startedAt: hoursOn(1), fields: ['person.b'] })
    expect([await read(['person.a']), await read(['person.b'])]).toEqual([false, true])
    await ran({ kind: 'full', since: null, startedAt: hoursOn(2) })
    expect([await read(['person.b']), await read([])]).toEqual([false, true])
  })
})
