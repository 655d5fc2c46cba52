import { describe, expect, test } from 'vitest'
import {
  completedRuns,
  completedSequences,
  limiter,
  type Moment,
} from '../../src/scoring/engine/occurrences.ts'

function moment(at: number): Moment {
  const activity = { id: String(at), type: 'a', at: new Date(at), attributes: {} }
  return { at, activity }
}

const anyNumber = () => true
const times = (moments: readonly Moment[]) => moments.map(({ at }) => at)

describe('three within ten', () => {
  test.each([
    ['two are none', [1, 2], []],
    ['the third completes one', [1, 2, 3], [3]],
    ['what completed one is used up', [1, 2, 3, 4, 5], [3]],
    ['the sixth completes the next', [1, 2, 3, 4, 5, 6], [3, 6]],
    ['the window has both its ends', [1, 2, 11], [11]],
    ['one more is too late', [1, 2, 12], []],
    ['an old one drops out, the others stay', [1, 9, 10, 19], [10]],
    ['of many only the last three matter', [1, 12, 13, 14], [14]],
  ])('%s', (_what, at, completed) => {
    expect(times(completedRuns(at.map(moment), 3, 10, anyNumber))).toEqual(completed)
  })

  test('what does not count leaves its occurrences to the next', () => {
    const fromFour = (at: number) => at >= 4
    expect(times(completedRuns([1, 2, 3, 4].map(moment), 3, 10, fromFour))).toEqual([4])
  })
})

describe('three steps within ten', () => {
  const completed = (...steps: readonly (readonly [step: number, at: number])[]) => {
    const moments = steps.map(([step, at]) => ({ ...moment(at), step }))
    return times(completedSequences(moments, 3, 10, anyNumber))
  }
  test.each([
    [
      'in their order',
      [
        [0, 1],
        [1, 2],
        [2, 3],
      ],
      [3],
    ],
    [
      'in another order',
      [
        [1, 1],
        [0, 2],
        [2, 3],
      ],
      [],
    ],
    [
      'without the one between',
      [
        [0, 1],
        [2, 3],
      ],
      [],
    ],
    [
      'at one moment',
      [
        [0, 1],
        [1, 1],
        [2, 1],
      ],
      [],
    ],
    [
      'the last at the end of the window',
      [
        [0, 1],
        [1, 2],
        [2, 11],
      ],
      [11],
    ],
    [
      'the last after it',
      [
        [0, 1],
        [1, 2],
        [2, 12],
      ],
      [],
    ],
    [
      'one between after it',
      [
        [0, 1],
        [1, 12],
        [2, 13],
      ],
      [],
    ],
    [
      'begun once more in time',
      [
        [0, 1],
        [0, 5],
        [1, 6],
        [2, 15],
      ],
      [15],
    ],
    [
      'begun once more too late for the step between',
      [
        [0, 1],
        [1, 2],
        [0, 3],
        [2, 12],
      ],
      [],
    ],
    [
      'gone through twice',
      [
        [0, 1],
        [1, 2],
        [2, 3],
        [0, 4],
        [1, 5],
        [2, 6],
      ],
      [3, 6],
    ],
    [
      'two of them at one moment',
      [
        [0, 1],
        [1, 1],
        [2, 3],
      ],
      [],
    ],
    [
      'begun at the moment of another step',
      [
        [1, 2],
        [0, 2],
        [1, 3],
        [2, 4],
      ],
      [4],
    ],
    [
      'without another beginning',
      [
        [0, 1],
        [1, 2],
        [2, 3],
        [1, 5],
        [2, 6],
      ],
      [3],
    ],
    [
      'ended twice',
      [
        [0, 1],
        [1, 2],
        [2, 3],
        [2, 4],
      ],
      [3],
    ],
    [
      'ended twice at one moment',
      [
        [0, 1],
        [1, 2],
        [2, 3],
        [2, 3],
      ],
      [3],
    ],
  ] as const)('%s', (_what, steps, at) => {
    expect(completed(...steps)).toEqual(at)
  })

  test('what does not count leaves its steps to the next end', () => {
    const moments = [1, 2, 3, 4].map((at) => ({ ...moment(at), step: Math.min(at - 1, 2) }))
    expect(times(completedSequences(moments, 3, 10, (at) => at >= 4))).toEqual([4])
  })
})

describe('a limit of two', () => {
  test.each([
    ['in each ten', 10, [0, 1, 9, 10, 11, 19, 25], [0, 1, 10, 11, 25]],
    ['for ever', Number.POSITIVE_INFINITY, [0, 1, 9, 1e9], [0, 1]],
  ])('%s', (_when, per, all, counted) => {
    const admit = limiter({ times: 2, per })
    expect(all.filter((at) => admit(at))).toEqual(counted)
  })
})
