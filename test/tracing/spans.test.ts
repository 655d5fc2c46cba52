import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CrmUnavailable } from '../../src/errors.ts'
import { carriedTraces } from '../../src/tracing/carried.ts'
import { inBatch, inCall, inRequest, inStep } from '../../src/tracing/spans.ts'

const traceOf = (n: number, span = 1) =>
  `00-${n.toString(16).padStart(32, '0')}-${span.toString(16).padStart(16, '0')}-01`
const claimOf = (n: number, of: string | null) => ({ id: String(n), trace: of })

describe('spans', () => {
  const exporter = new InMemorySpanExporter()
  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
    trace.setGlobalTracerProvider(
      new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
    )
  })
  beforeEach(() => exporter.reset())
  // Other files run in the same process.
  afterAll(() => {
    trace.disable()
    context.disable()
  })
  const only = () => {
    const [span] = exporter.getFinishedSpans()
    if (!span) throw new Error('there is none')
    return span
  }

  test('a batch whose claims came by one trace goes on there, and marks in it', async () => {
    const claims = [claimOf(1, traceOf(7, 1)), claimOf(2, traceOf(7, 2))]
    const carried = await inBatch('score', {}, claims, async () => carriedTraces(['1', '2']))
    const { parentSpanContext, links } = only()
    expect([parentSpanContext?.traceId, parentSpanContext?.spanId]).toEqual(
      traceOf(7, 1).split('-').slice(1, 3),
    )
    expect(links).toEqual([])
    const { traceId, spanId } = only().spanContext()
    expect(carried).toEqual({ own: `00-${traceId}-${spanId}-01`, each: null })
  })

  test('a batch of several traces is linked to each; who is marked stays in the trace of the claim', async () => {
    const claims = [claimOf(1, traceOf(7)), claimOf(2, traceOf(8)), claimOf(3, null)]
    const carried = await inBatch('score', {}, claims, async () => carriedTraces(['2', '3', '4']))
    expect(only().parentSpanContext).toBeUndefined()
    expect(only().links.map(({ context: { traceId } }) => Number.parseInt(traceId, 16))).toEqual([
      7, 8,
    ])
    expect(carried.each).toEqual([traceOf(8), carried.own, carried.own])
  })

  test('a batch is not part of the only trace where some of it came otherwise', async () => {
    await inBatch('score', {}, [claimOf(1, traceOf(7)), claimOf(2, null)], async () => {})
    expect(only().parentSpanContext).toBeUndefined()
    expect(only().links).toHaveLength(1)
  })

  test('a batch is linked to 128 traces and not to a hundred more', async () => {
    const claims = Array.from({ length: 228 }, (_, n) => claimOf(n, traceOf(n + 1)))
    await inBatch('score', {}, claims, async () => {})
    expect(only().links).toHaveLength(128)
  })

  test.each([
    ['none', null],
    ['no traceparent', 'x'],
    ['a trace without a number', traceOf(0)],
    ['another version', traceOf(7).replace('00-', '01-')],
  ])('%s begins a trace', async (_name, of) => {
    await inBatch('score', {}, [claimOf(1, of)], async () => {})
    expect([only().parentSpanContext, only().links]).toEqual([undefined, []])
  })

  test('a batch in the middle of other work is none of its parts', async () => {
    await inRequest('webhook', {}, () => inBatch('score', {}, [], async () => {}))
    const [inner, outer] = exporter.getFinishedSpans()
    expect(inner?.spanContext().traceId).not.toBe(outer?.spanContext().traceId)
  })

  test('steps are parts of what is under way, and marks in them carry that', async () => {
    const carried = await inRequest('webhook', {}, () =>
      inStep('store', {}, async (note) => {
        note({ rows: 3 })
        return carriedTraces()
      }),
    )
    const [step, request] = exporter.getFinishedSpans()
    expect(step?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId)
    expect(step?.attributes).toEqual({ rows: 3 })
    expect(carried.own).toContain(request?.spanContext().spanId)
  })

  test('of an error the kind is told, and no word', async () => {
    const failing = inRequest('webhook', {}, async () => {
      throw new CrmUnavailable('hubspot', 'Jo Canary1q')
    })
    await expect(failing).rejects.toThrow('Jo Canary1q')
    expect(only().attributes).toEqual({ 'error.type': 'unavailable' })
    expect([only().events, only().status.message]).toEqual([[], undefined])
  })

  test('outside of any work nothing is told and nothing carried', async () => {
    expect(await inCall('hubspot GET', {}, async () => 7)).toBe(7)
    expect(exporter.getFinishedSpans()).toEqual([])
    expect(carriedTraces(['1'])).toEqual({ own: null, each: null })
  })
})
