import { describe, expect, test } from 'vitest'
import { chooseTasks, type TaskSituation } from '../../jobs/task-choice.ts'

const candidate = (personId: string, score: number) => ({
  personId,
  tier: 'A',
  score,
  reasons: 'asked for a demo',
})

function choose(changes: Partial<TaskSituation>) {
  const choice = chooseTasks({
    candidates: [candidate('best', 90), candidate('good', 80), candidate('fair', 70)],
    owners: new Map([
      ['best', 'ines'],
      ['good', 'ines'],
      ['fair', 'tom'],
    ]),
    earlier: [],
    today: new Map(),
    perOwnerPerDay: 1,
    ...changes,
  })
  const chosen = choice.chosen.map(({ candidate: { personId }, ownerId }) => [personId, ownerId])
  return { chosen, waiting: [...choice.waiting] }
}

describe('who makes a task', () => {
  test('each owner gets so many a day, for the best scores; the others wait', () => {
    expect(choose({})).toEqual({
      chosen: [
        ['best', 'ines'],
        ['fair', 'tom'],
      ],
      waiting: ['good'],
    })
  })

  test('what an owner was given earlier today counts', () => {
    expect(choose({ today: new Map([['ines', 1]]) })).toEqual({
      chosen: [['fair', 'tom']],
      waiting: ['best', 'good'],
    })
  })

  test('nobody is told of people whom nobody owns', () => {
    expect(choose({ owners: new Map() })).toEqual({ chosen: [], waiting: [] })
  })

  test('who had the task makes no second one, and takes no room', () => {
    const reserved = { personId: 'best', tier: 'A', ownerId: 'ines', key: 'k', isCreated: true }
    expect(choose({ earlier: [reserved] }).chosen).toEqual([
      ['good', 'ines'],
      ['fair', 'tom'],
    ])
  })

  test('a task that was reserved and never confirmed is created under the same key', () => {
    const reserved = { personId: 'best', tier: 'A', ownerId: 'ines', key: 'k', isCreated: false }
    const { chosen } = chooseTasks({
      candidates: [candidate('best', 90)],
      owners: new Map([['best', 'tom']]),
      earlier: [reserved],
      today: new Map([['ines', 1]]),
      perOwnerPerDay: 1,
    })
    expect(chosen).toMatchObject([{ ownerId: 'ines', key: 'k' }])
  })

  test('a task for another tier is another task', () => {
    const reserved = { personId: 'best', tier: 'B', ownerId: 'ines', key: 'k', isCreated: true }
    expect(choose({ earlier: [reserved] }).chosen[0]).toEqual(['best', 'ines'])
  })
})
