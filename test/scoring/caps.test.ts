import { describe, expect, test } from 'vitest'
import { modelOf, score, signals } from './models.ts'

describe('groups and caps', () => {
  const model = modelOf({
    dimensions: '{ engagement: { max: 60 } }',
    signals: signals(
      'id: click, dimension: engagement, points: 10, on: click, decay: { half_life: 10d }',
      'id: reply, dimension: engagement, points: 10, on: reply',
      'id: demo, dimension: engagement, points: 50, on: demo',
      'id: gone, dimension: engagement, points: -80, on: gone',
    ),
    groups: '[{ id: email, signals: [click, reply], max: 15 }]',
  })

  test('a group is capped after decay', () => {
    const activities = [
      { type: 'click', age: '10d' },
      { type: 'reply', age: '0d' },
    ]
    expect(score(model, { activities }).contributions.map(({ signal }) => signal)).toEqual([
      'click',
      'reply',
    ])
  })

  test('what the caps take away is listed, and everything sums up', () => {
    const activities = ['click', 'reply', 'demo'].map((type) => ({ type, age: '0d' }))
    const { contributions, engagement: sum } = score(model, { activities })
    expect(sum).toBe(60)
    expect(contributions.slice(3)).toEqual([
      {
        signal: 'cap:email',
        label: 'Capped',
        dimension: 'engagement',
        points: -5,
        decayed: 0,
        because: [],
      },
      {
        signal: 'cap:engagement',
        label: 'Capped',
        dimension: 'engagement',
        points: -5,
        decayed: 0,
        because: [],
      },
    ])
  })

  test('a dimension does not fall below 0', () => {
    const result = score(model, { activities: [{ type: 'gone', age: '0d' }] })
    expect(result.engagement).toBe(0)
    expect(result.contributions.at(-1)).toMatchObject({ signal: 'cap:engagement', points: 80 })
  })
})
