import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { modelOf, parsed, score, signals } from './models.ts'

const STARTER = parsed(
  readFileSync(new URL('../../config/models/b2b-starter.yaml', import.meta.url), 'utf8'),
)

/** A model whose only signal is `demo`. */
function fading(points: number, decay: string) {
  const line = `id: demo, dimension: engagement, points: ${points}, on: demo, decay: ${decay}`
  return modelOf({ signals: signals(line) })
}

function demoAged(days: number) {
  return { activities: [{ type: 'demo', age: `${days}d` }] }
}

describe('vectors that others publish', () => {
  const guide = modelOf({
    signals: signals(
      'id: whitepaper, dimension: engagement, points: 25, on: whitepaper',
      'id: pricing, dimension: engagement, points: 40, on: pricing',
      'id: large, dimension: fit, points: 30, when: { company.employees: { gte: 1000 } }',
    ),
    stages: '{ mql: { score: 50 }, sql: { score: 80 } }',
  })
  const whitepaper = { type: 'whitepaper', age: '0d' }
  const pricing = { type: 'pricing', age: '0d' }

  test('S0: whitepaper 25, pricing 40 and size 30 make 95, above 80, for sales', () => {
    const result = score(guide, {
      company: { employees: 1000 },
      activities: [whitepaper, pricing],
    })
    expect(result).toMatchObject({ score: 95, stage: 'sql', tier: 'A', action: 'route_now' })
  })

  test('S0: without the company size the same 65 points stay below 80', () => {
    const result = score(guide, { company: { employees: 999 }, activities: [whitepaper, pricing] })
    expect(result).toMatchObject({ score: 65, stage: 'mql' })
    expect(result.action).not.toBe('route_now')
  })

  const seventyFive = {
    person: { seniority: 'director', function: 'marketing' },
    company: { employees: 400 },
    activities: [{ type: 'content_downloaded', kind: 'whitepaper', age: '0d' }],
  }

  test('S4: 75 points without authority are an MQL, and authority is asked for', () => {
    expect(score(STARTER, seventyFive)).toMatchObject({
      score: 75,
      stage: 'mql',
      held: [{ gate: 'authority', ask: 'person.authority' }],
    })
  })

  test('S4: 75 points with authority are ready for sales', () => {
    const person = { ...seventyFive.person, authority: 'confirmed' }
    expect(score(STARTER, { ...seventyFive, person })).toMatchObject({
      score: 75,
      stage: 'sql',
      held: [],
    })
  })

  test('S4: a student with 100 points is graded D and not routed', () => {
    const student = {
      person: { seniority: 'student', function: 'sales', region: 'NA', authority: 'confirmed' },
      company: { employees: 5000, revenue: 90_000_000, industry: 'Computer Software' },
      activities: [
        { type: 'demo_requested', age: '0d' },
        { type: 'page_view', path: '/pricing', age: '0d' },
      ],
    }
    expect(score(STARTER, student)).toMatchObject({
      score: 100,
      grade: 'D',
      route: null,
      action: 'hold',
    })
  })

  test('MadKudu: 9 points over a lifespan of 90 days are 8.7 on day 3', () => {
    expect(score(fading(9, '{ linear: 90d }'), demoAged(3)).score).toBe(8.7)
  })

  test('half-life: 10 points with 14 days are 5 on day 14', () => {
    expect(score(fading(10, '{ half_life: 14d }'), demoAged(14)).score).toBe(5)
  })
})

describe('what the starter model promises', () => {
  const visit = (age: string) => ({ type: 'page_view', path: '/pricing', age })

  test('starter: pricing counts once a week', () => {
    const once = score(STARTER, { activities: [visit('6d')] }).score
    expect(once).toBeGreaterThan(0)
    expect(score(STARTER, { activities: [visit('6d'), visit('1d'), visit('0d')] }).score).toBe(once)
    expect(score(STARTER, { activities: [visit('7d'), visit('0d')] }).score).toBe(68.28)
  })

  test('starter: a demo of 50 points is worth 12.5 after 180 days', () => {
    const activities = [{ type: 'demo_requested', age: '180d' }]
    expect(score(STARTER, { activities }).score).toBe(12.5)
  })

  test('starter: a whitepaper of 25 points is worth 0.05 after 540 days', () => {
    const activities = [{ type: 'content_downloaded', kind: 'whitepaper', age: '540d' }]
    expect(score(STARTER, { activities }).score).toBe(0.05)
  })

  test('starter: a no-show takes back what registering earned, and only that', () => {
    const registered = { type: 'webinar_registered', event: 'one', age: '0d' }
    const missed = { type: 'webinar_no_show', event: 'one', age: '0d' }
    const other = { type: 'webinar_registered', event: 'two', age: '0d' }
    expect(score(STARTER, { activities: [registered] }).score).toBe(10)
    expect(score(STARTER, { activities: [registered, missed] }).score).toBe(0)
    expect(score(STARTER, { activities: [registered, other, missed] }).score).toBe(10)
  })
})
