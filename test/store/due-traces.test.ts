import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { inTransaction } from '../../src/store/database.ts'
import { claim, type DueStage, mark, markAll, settle } from '../../src/store/due.ts'
import { markEverybody } from '../../src/store/due-everybody.ts'
import { postpone } from '../../src/store/leases.ts'
import { inBatch, inRequest } from '../../src/tracing/spans.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const NIGHT = new Date('2026-11-23T02:00:00Z')

describe('the traces in the ledger of what is due', () => {
  const database = useDatabase()
  const exporter = new InMemorySpanExporter()
  let installationId: string
  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
    trace.setGlobalTracerProvider(
      new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
    )
  })
  beforeEach(async () => {
    installationId = (await makeInstallation(database.db)).id
  })
  afterAll(() => {
    trace.disable()
    context.disable()
  })

  const markScore = (...ids: string[]) =>
    mark(database.db, installationId, 'score', 'person', ids, NOW)
  const claimScore = (at = NOW) => claim(database.db, installationId, 'score', 10, at)
  /** Does something as a webhook would. @returns the id of its trace */
  const traced = (work: () => Promise<unknown>) =>
    inRequest('webhook', {}, async () => {
      await work()
      return trace.getActiveSpan()?.spanContext().traceId ?? 'none'
    })
  /** The ids of the traces that the spans of a trace point to. */
  const linked = (id: string) =>
    exporter
      .getFinishedSpans()
      .filter((span) => span.spanContext().traceId === id)
      .flatMap(({ links }) => links.map((link) => link.context.traceId))
  /** The trace ids of the rows of these stages by subject; null where there is none. */
  const traces = async (...stages: readonly DueStage[]) => {
    const { rows } = await sql<{ id: string; trace: string | null }>`
      select subject_id as id, split_part(trace, '-', 2) as trace from due
      where installation_id = ${installationId} and stage = any(${stages})`.execute(database.db)
    return Object.fromEntries(rows.map((row) => [row.id, row.trace]))
  }

  test('whoever marks last is in the row and in its claim', async () => {
    const first = await traced(() => markScore('1', '2'))
    const second = await traced(() => markScore('2'))
    expect(await traces('score')).toEqual({ 1: first, 2: second })
    expect([linked(first), linked(second)]).toEqual([[], [first]])
    const claims = await claimScore()
    expect(claims.map(({ trace: of }) => of?.split('-')[1]).toSorted()).toEqual(
      [first, second].toSorted(),
    )
    await markScore('1')
    expect((await traces('score'))['1']).toBeNull()
  })

  test('a batch of several traces marks everybody in their own', async () => {
    const first = await traced(() => markScore('1'))
    const second = await traced(() => markScore('2'))
    const own = await inBatch('score', {}, await claimScore(), async () => {
      await mark(database.db, installationId, 'write_back', 'person', ['3', '2', '1'], NOW)
      return trace.getActiveSpan()?.spanContext().traceId
    })
    expect(await traces('write_back')).toEqual({
      1: first,
      2: second,
      3: own,
    })
  })

  test('a batch of several traces marks other subjects of the same ids in their own, too', async () => {
    const first = await traced(() => markScore('1'))
    const second = await traced(() => markScore('2'))
    const fetches = ['2', '1'].map(
      (id) => ({ installationId, stage: 'fetch', kind: 'contacts', id }) as const,
    )
    await inBatch('score', {}, await claimScore(), () => markAll(database.db, fetches, NOW))
    expect(await traces('fetch')).toEqual({
      1: first,
      2: second,
    })
  })

  test('what is tried again goes on in its trace', async () => {
    const id = await traced(() => markScore('1'))
    await postpone(database.db, installationId, 'score', await claimScore(), NOW, 'away')
    expect(await traces('score')).toEqual({ 1: id })
  })

  test('what time alone makes due begins another trace, and what came meanwhile keeps its own', async () => {
    await traced(() => markScore('1', '2'))
    const claims = await claimScore()
    const meanwhile = await traced(() => markScore('2'))
    await inTransaction(database.db, (transaction) =>
      settle(
        transaction,
        installationId,
        'score',
        claims.map((each) => ({ claim: each, nextDueAt: NIGHT })),
      ),
    )
    expect(await traces('score')).toEqual({ 1: null, 2: meanwhile })
  })

  test('marks of many kinds, and of everybody, carry the trace, too', async () => {
    await sql`
      insert into person (installation_id, id, facts, source_created_at, source_updated_at, known_at)
      values (${installationId}, '9', '{}', ${NOW}, ${NOW}, ${NOW})`.execute(database.db)
    const subject = { installationId, stage: 'fetch', kind: 'contacts', id: '1' } as const
    const id = await traced(async () => {
      await markAll(database.db, [subject], NOW)
      await inTransaction(database.db, (transaction) =>
        markEverybody(transaction, installationId, false, NOW),
      )
    })
    expect(await traces('score', 'fetch')).toEqual({ 1: id, 9: id })
    const next = await traced(() => markAll(database.db, [subject], NOW))
    expect(linked(next)).toEqual([id])
  })
})
