import { expect, test } from 'vitest'
import { inOrder } from '../../src/scoring/engine/timeline.ts'

const moment = (at: number, id: string, type = 'visit', attributes = {}) => ({
  at,
  activity: { id, type, at: new Date(at), attributes },
})

/** By time, then id, then type, then what is said about it. */
const ORDERED = [
  moment(1, 'z'),
  moment(2, 'a', 'visit', { path: '/a' }),
  moment(2, 'a', 'visit', { path: '/b' }),
  moment(2, 'a', 'webinar', { path: '/a' }),
  moment(2, 'b'),
  moment(3, 'a'),
]

function permutations<T>(list: readonly T[]): T[][] {
  if (list.length === 0) return [[]]
  return list.flatMap((each, place) =>
    permutations(list.toSpliced(place, 1)).map((rest) => [each, ...rest]),
  )
}

test('activities come in one order, in whatever order they were handed in', () => {
  const orders = permutations(ORDERED)
  expect(orders).toHaveLength(720)
  for (const order of orders) expect(inOrder(order)).toEqual(ORDERED)
})
