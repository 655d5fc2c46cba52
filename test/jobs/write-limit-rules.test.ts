import { describe, expect, test } from 'vitest'
import { type Difference, recentSince, TOO_OFTEN, withinLimit } from '../../jobs/write-limit.ts'
import type { Pending } from '../../src/store/written.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const MINUTE = 60_000
const from = (minutes: number) => new Date(NOW.getTime() + minutes * MINUTE)

function difference(pending: Partial<Pending>, values: Readonly<Record<string, string>> = {}) {
  const subject = { kind: 'person', id: '1' } as const
  const whole: Difference = {
    pending: {
      id: '1',
      wanted: {},
      written: {},
      isNewcomer: false,
      asOf: NOW,
      respected: [],
      replaced: {},
      recentWrites: 0,
      firstRecent: null,
      heldUntil: null,
      againAt: null,
      ...pending,
    },
    write: { subject, values: { plumbline_score: '5', plumbline_scored_at: 'now', ...values } },
  }
  return whole
}

describe('a record that is to be written', () => {
  const often = { recentWrites: 5, firstRecent: from(-4) }
  const back = { plumbline_score: '5' }
  test.each<[string, Partial<Pending>, object | null]>([
    ['for the first time is', {}, null],
    ['for the fifth time in ten minutes is', { ...often, recentWrites: 4 }, null],
    ['for the sixth time waits for room', often, { until: from(6), isNew: true, isLoop: false }],
    [
      'for the sixth time with what stood there rests for an hour',
      { ...often, replaced: back },
      { until: from(60), isNew: true, isLoop: true },
    ],
    [
      'while it rests goes on resting',
      { ...often, heldUntil: from(1) },
      { until: from(1), isNew: false, isLoop: false },
    ],
    [
      'while it rests for going to and fro is told as that',
      { heldUntil: from(1), replaced: back },
      { until: from(1), isNew: false, isLoop: true },
    ],
    ['when its rest is over is', { heldUntil: NOW }, null],
    ['of whose writes no time is known is', { recentWrites: 9 }, null],
  ])('%s', (_when, pending, held) => {
    const each = difference(pending)
    expect(withinLimit([each], NOW)).toEqual(
      held === null
        ? { writes: [each.write], held: [] }
        : { writes: [], held: [{ id: '1', ...held }] },
    )
  })

  test('is no loop while one of its values is another', () => {
    const partly = difference({ ...often, replaced: back }, { plumbline_tier: 'A' })
    expect(withinLimit([partly], NOW).held).toMatchObject([{ isLoop: false, until: from(6) }])
  })

  test('does not keep the others waiting', () => {
    const [held, free] = [difference(often), difference({ id: '2' })]
    expect(withinLimit([held, free], NOW)).toMatchObject({
      writes: [free.write],
      held: [{ id: '1' }],
    })
  })
})

test('writes count for ten minutes', () => {
  expect(recentSince(NOW)).toEqual(from(-10))
})

test('the admin is told what happened and where to look', () => {
  expect(TOO_OFTEN).toBe(
    'Written 5 times within 10 minutes, so it is left alone for an hour. Usually a workflow or another app changes our fields back, or changes what the score rests on, after every write: look in the history of the record for what does, and take it out or let it end',
  )
})
