import { describe, expect, test } from 'vitest'
import { checkExamples } from '../../src/scoring/check-examples.ts'
import { AS_OF, parsed, score, sumOf } from './models.ts'

/** The model of the documentation, completed by the signals that it only hints at. */
const PAGE = parsed(`
model: b2b-starter                # id; the content hash is the version
about: Points are a hypothesis; calibrate them on your own deals.
combine: sum
dimensions:                       # each clamped to 0..max
  fit:        { max: 100 }
  engagement: { max: 100, decay: { half_life: 30d } }
  intent:     { max: 40,  decay: { half_life: 21d } }
signals:
  - { id: enterprise, label: "1,000+ employees", dimension: fit, points: 30, when: { company.employees: { gte: 1000 } } }
  - id: pricing_page
    label: Visited pricing
    dimension: engagement
    points: 40
    on: page_view
    where: { path: { starts_with: /pricing } }
    at_most: { times: 1, per: 7d }
    decay: { half_life: 14d }
  - { id: whitepaper, label: Whitepaper, dimension: engagement, points: 25, on: content_downloaded, where: { kind: whitepaper } }
  - { id: email_click, label: Click, dimension: engagement, points: 10, on: email_click }
  - { id: email_reply, label: Reply, dimension: engagement, points: 10, on: email_reply }
  - { id: webinar_registered, label: Registered, dimension: engagement, points: 10, on: webinar_registered }
  - { id: webinar, label: Attended a webinar, dimension: engagement, points: 25, on: webinar_attended, scale_by: attended_share, replaces: webinar_registered }
  - id: comes_back
    label: Solution page, then a case study
    dimension: engagement
    points: 15
    sequence: [ { on: page_view, where: { topic: solution } }, { on: content_downloaded, where: { kind: case_study } } ]
    within: 30d
  - id: repeat_pricing
    label: Pricing three times in a month
    dimension: engagement
    points: 10
    on: page_view
    where: { path: { starts_with: /pricing } }
    repeated: { times: 3, within: 30d }
  - { id: gone_quiet, label: No activity, dimension: engagement, points: -10, inactive_for: 30d }
groups:
  - { id: email, signals: [email_click, email_reply], max: 15 }
gates:
  - { id: student, when: { person.seniority: student }, then: { grade_at_most: D, route: none, reason: Students cannot buy } }
  - id: authority
    unless: { person.authority: confirmed }
    then: { stage_at_most: mql, reason: Authority unknown, ask: person.authority }
grades:   { A: 75, B: 50, C: 25, D: 0 }
stages:
  mql: { score: 50 }
  sql: { score: 75, grade: B }
tiers:
  A: { stage: sql }
  B: { any: [ { stage: mql }, { grade: A } ] }
  C: {}
matrix: { fit_high: 50, engagement_high: 40,
          high_high: route_now, high_low: nurture, low_high: review, low_low: hold }
hysteresis: 5
accounts:
  engaged_within: 90d
  people: { weight_by_seniority: { c_level: 1.5, vp: 1.3, director: 1.1, manager: 1, individual: 0.7 }, diminishing: 0.7 }
  committee: { people: 3, points: 20 }
  cross_functional: { functions: 2, points: 15 }
  tiers: { A: 75, B: 50, C: 0 }
routing:
  - { when: { person.region: EMEA, company.employees: { gte: 1000 } }, to: emea-enterprise }
  - { when: { person.product_interest: analytics }, to: analytics-team }
examples:
  - name: the guide's worked example
    person: { }
    company: { employees: 1200 }
    activities: [ { type: content_downloaded, kind: whitepaper, age: 0d }, { type: page_view, path: /pricing, age: 0d } ]
    expect: { score: 95 }
`)

describe('the model of the documentation', () => {
  test('keeps its own example', () => {
    expect(checkExamples(PAGE, AS_OF).map(({ ok }) => ok)).toEqual([true])
  })

  test('comes out as the documentation shows', () => {
    const [example] = PAGE.document.examples
    expect(
      score(PAGE, { company: example?.company, activities: example?.activities }),
    ).toMatchObject({
      score: 95,
      fit: 30,
      engagement: 65,
      intent: 0,
      grade: 'C',
      tier: 'B',
      stage: 'mql',
      action: 'review',
      route: null,
      held: [{ gate: 'authority', reason: 'Authority unknown', ask: 'person.authority' }],
      model: PAGE.name,
      asOf: AS_OF.toISOString(),
    })
  })

  test('everything at once still sums up', () => {
    const result = score(PAGE, {
      person: { region: 'EMEA', authority: 'confirmed' },
      company: { employees: 1200 },
      activities: [
        { type: 'page_view', path: '/pricing', age: '75d' },
        { type: 'page_view', path: '/pricing', topic: 'solution', age: '62d' },
        { type: 'page_view', path: '/pricing', age: '61d' },
        { type: 'content_downloaded', kind: 'case_study', age: '60d' },
        { type: 'webinar_registered', event: 'w1', age: '60d' },
        { type: 'webinar_attended', event: 'w1', attended_share: 0.5, age: '60d' },
        { type: 'email_click', age: '60d' },
        { type: 'email_reply', age: '60d' },
        { type: 'email_open', age: '0d' },
      ],
    })
    // In hundredths. Two half-lives of 30 days leave a quarter; pricing counts at 75 and 62 days, half-life 14.
    const pricing = Math.round(4000 * 0.5 ** (75 / 14)) + Math.round(4000 * 0.5 ** (62 / 14))
    const repeated = Math.round(1000 * 0.5 ** (61 / 30))
    const [sequence, halfAttended, click, reply] = [375, 313, 250, 250]
    const sum = pricing + repeated + sequence + halfAttended + click + reply
    expect(Math.round(result.engagement * 100)).toBe(sum)
    expect(sumOf(result)).toBe(result.score)
    expect(result.route).toBe('emea-enterprise')
  })
})
