import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileModel } from '../../../src/scoring/engine/compile.ts'
import {
  type Attribution,
  type AttributionKind,
  type AttributionPart,
  attribute,
  type ScoredMoment,
} from '../../../src/scoring/history/attribution.ts'
import { explainAttribution } from '../../../src/scoring/history/explain-attribution.ts'
import type { Model } from '../../../src/scoring/language/parse.ts'
import type { Facts, ScoredActivity } from '../../../src/scoring/result.ts'
import { models, people } from '../generated.ts'
import { AS_OF, DAY, factsOf, HOUR, modelOf, signals } from '../models.ts'

const LATER = new Date(AS_OF.getTime() + 14 * DAY)

const hundredths = (points: number) => Math.round(points * 100)
const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)

function partOf({ parts }: Attribution, kind: AttributionKind): AttributionPart {
  const part = parts.find((each) => each.kind === kind)
  if (part === undefined) throw new Error(`no part ${kind}`)
  return part
}

/** The parts that moved anything, with their points. */
function moved({ parts }: Attribution): Partial<Record<AttributionKind, number>> {
  const moving = parts.filter(({ lines }) => lines.length > 0)
  return Object.fromEntries(moving.map(({ kind, points }) => [kind, points]))
}

function momentOf(model: Model, facts: Facts, asOf = AS_OF): ScoredMoment {
  return { scorer: compileModel(model), facts, asOf }
}

function expectExact(attribution: Attribution, before: number, after: number): void {
  expect(hundredths(attribution.points)).toBe(hundredths(after) - hundredths(before))
  expect(sum(attribution.parts.map(({ points }) => hundredths(points)))).toBe(
    hundredths(attribution.points),
  )
  for (const { points, lines } of attribution.parts) {
    expect(sum(lines.map(({ delta }) => hundredths(delta)))).toBe(hundredths(points))
    for (const { before: was, after: is, delta } of lines) {
      expect(hundredths(is) - hundredths(was)).toBe(hundredths(delta))
      expect(delta).not.toBe(0)
    }
  }
}

describe('any two scores of one person', () => {
  /** What becomes of a person: activities stay, go, are corrected or come, and fields change. */
  const later = fc
    .tuple(people(), people(), fc.array(fc.constantFrom('stay', 'go', 'correct'), { minLength: 8 }))
    .map(([before, other, fates]): readonly [Facts, Facts] => {
      const left = before.activities.flatMap((activity, index): ScoredActivity[] => {
        const fate = fates[index]
        if (fate === 'go') return []
        return fate === 'correct'
          ? [{ ...activity, type: 'b', attributes: { corrected: true } }]
          : [activity]
      })
      const come = other.activities.map((activity) => ({ ...activity, id: `new-${activity.id}` }))
      return [before, { person: other.person, company: {}, activities: [...come, ...left] }]
    })
  const gap = fc.integer({ min: 0, max: 40 * 24 }).map((hours) => hours * HOUR)

  test('the parts sum to the difference, and the lines of each part to the part', () => {
    // Reading a model costs more than using it, so every pair of models gets several people.
    const cases = fc.array(fc.tuple(later, gap, fc.boolean()), { minLength: 6, maxLength: 6 })
    const check = fc.property(models(true), models(true), cases, (old, young, each) => {
      for (const [[was, is], passed, merges] of each) {
        const before = momentOf(old, was)
        const after = momentOf(young, is, new Date(AS_OF.getTime() + passed))
        const merged = new Set(merges ? ['new-act0', 'new-act1'] : [])
        expectExact(
          attribute(before, after, merged),
          before.scorer.score(was, before.asOf).score,
          after.scorer.score(is, after.asOf).score,
        )
      }
    })
    fc.assert(check, { numRuns: 400 })
  }, 30_000)

  test('without an earlier score the parts sum to the score', () => {
    const check = fc.property(models(true), people(), (model, facts) => {
      const after = momentOf(model, facts)
      expectExact(attribute(null, after), 0, after.scorer.score(facts, AS_OF).score)
    })
    fc.assert(check, { numRuns: 500 })
  })

  test('a receipt that says something else leaves an exact remainder', () => {
    const check = fc.property(models(true), people(), later, (model, receipt, [was, is]) => {
      const scorer = compileModel(model)
      const recorded = scorer.itemise(receipt, AS_OF)
      const after = momentOf(model, is, LATER)
      const attribution = attribute({ scorer, facts: was, asOf: AS_OF, recorded }, after)
      expectExact(attribution, recorded.score, scorer.score(is, LATER).score)
      expect(hundredths(partOf(attribution, 'unrecorded').points)).toBe(
        hundredths(scorer.score(was, AS_OF).score) - hundredths(recorded.score),
      )
    })
    fc.assert(check, { numRuns: 500 })
  })

  test('nothing changed: every part is empty', () => {
    const check = fc.property(models(true), people(), (model, facts) => {
      const attribution = attribute(momentOf(model, facts), momentOf(model, facts))
      for (const part of attribution.parts) {
        const nothing = { points: 0, lines: [], fields: [], activities: [], changed: [] }
        expect(part).toEqual({ kind: part.kind, ...nothing })
      }
    })
    fc.assert(check, { numRuns: 300 })
  })

  const only = (kind: AttributionKind, attribution: Attribution) => {
    const others = attribution.parts.filter((part) => part.kind !== kind)
    expect(others.flatMap(({ lines }) => lines)).toEqual([])
    expect(others.filter(({ points }) => points !== 0)).toEqual([])
  }

  test('only time passed: only decay', () => {
    const check = fc.property(models(true), people(), gap, (model, facts, passed) => {
      const after = momentOf(model, facts, new Date(AS_OF.getTime() + passed))
      only('decay', attribute(momentOf(model, facts), after))
    })
    fc.assert(check, { numRuns: 300 })
  })

  test('only the model changed: only changed rules', () => {
    const check = fc.property(models(true), models(true), people(), (old, young, facts) => {
      only('changed_rules', attribute(momentOf(old, facts), momentOf(young, facts)))
    })
    fc.assert(check, { numRuns: 300 })
  })
})

describe('reasons told apart', () => {
  const MODEL = modelOf({
    signals: signals(
      'id: pricing, dimension: engagement, points: 40, on: page_view, decay: { half_life: 14d }',
      'id: click, dimension: engagement, points: 3, on: email_click',
      'id: held, dimension: engagement, points: 30, on: meeting_held',
      'id: booked, dimension: engagement, points: 10, on: meeting_booked',
      'id: vp, dimension: fit, points: 20, when: { person.seniority: vp }',
    ),
    groups: '[{ id: email, signals: [click], max: 5 }]',
  })
  const at = (id: string, type: string, date = AS_OF): ScoredActivity => ({
    id,
    type,
    at: date,
    attributes: {},
  })
  const facts = (activities: readonly ScoredActivity[], person = {}): Facts => ({
    person,
    company: {},
    activities,
  })
  const explain = (was: Facts, is: Facts, merged?: ReadonlySet<string>) =>
    attribute(momentOf(MODEL, was), momentOf(MODEL, is, LATER), merged)

  test('a visit of two half-lives ago has faded by half since one half-life ago', () => {
    const visit = [at('v', 'page_view', new Date(AS_OF.getTime() - 14 * DAY))]
    const attribution = explain(facts(visit), facts(visit))
    expect(moved(attribution)).toEqual({ decay: -10 })
    expect(explainAttribution(attribution)).toEqual([
      'Score 10.00, 14 days ago 20.00: -10.00',
      ' -10.00 faded: A label',
    ])
  })

  test('what was taken back is told after what had faded of it until then', () => {
    const attribution = explain(facts([at('v', 'page_view')]), facts([]))
    expect(moved(attribution)).toEqual({ decay: -20, retraction: -20 })
    expect(partOf(attribution, 'retraction').activities).toEqual([at('v', 'page_view')])
  })

  test('an activity from a merged record is not new', () => {
    const clicks = [at('c1', 'email_click', LATER), at('c2', 'email_click', LATER)]
    const attribution = explain(facts([]), facts(clicks), new Set(['c1']))
    expect(moved(attribution)).toEqual({ merge: 3, new_activity: 2 })
    expect(partOf(attribution, 'merge').activities).toEqual([at('c1', 'email_click', LATER)])
    // The second click earned 3, of which the limit of 5 left 2.
    expect(partOf(attribution, 'new_activity').lines).toMatchObject([
      { signal: 'click', before: 3, after: 6, delta: 3 },
      { signal: 'cap:email', before: 0, after: -1, delta: -1 },
    ])
  })

  test('a booked meeting that was held is the same event, known better', () => {
    const booked = at('meetings:1', 'meeting_booked')
    const held = at('meetings:1', 'meeting_held')
    const attribution = explain(facts([booked]), facts([held]))
    expect(moved(attribution)).toEqual({ changed_facts: 20 })
    expect(partOf(attribution, 'changed_facts').changed).toEqual([{ before: booked, after: held }])
    expect(explainAttribution(attribution)).toContain('        meeting_booked became meeting_held')
  })

  test('changed fields are listed with both values, also those that earn nothing', () => {
    const was = facts([], { seniority: 'manager', city: 'Rome' })
    const is = facts([], { seniority: 'vp', title: 'VP' })
    const attribution = explain(was, is)
    expect(moved(attribution)).toEqual({ changed_facts: 20 })
    expect(partOf(attribution, 'changed_facts').fields).toEqual([
      { field: 'person.city', before: 'Rome', after: null },
      { field: 'person.seniority', before: 'manager', after: 'vp' },
      { field: 'person.title', before: null, after: 'VP' },
    ])
    expect(explainAttribution(attribution)).toEqual([
      'Score 20.00, 14 days ago 0.00: +20.00',
      ' +20.00 known otherwise: A label',
      '        person.city is not known any more (was Rome); person.seniority was manager, is vp; person.title is now known: VP',
    ])
  })

  test('another model is told last, by signal', () => {
    const cheaper = modelOf({
      signals: signals(
        'id: pricing, dimension: engagement, points: 30, on: page_view, decay: { half_life: 14d }',
      ),
    })
    const visit = facts([at('v', 'page_view')])
    const attribution = attribute(momentOf(MODEL, visit), momentOf(cheaper, visit, LATER))
    expect(moved(attribution)).toEqual({ decay: -20, changed_rules: -5 })
    expect(partOf(attribution, 'changed_rules').lines).toMatchObject([
      { signal: 'pricing', before: 20, after: 15, delta: -5 },
    ])
  })

  test('tier and stage are told when they moved', () => {
    const steady = modelOf({
      signals: signals(
        'id: a, dimension: engagement, points: 80, on: x, decay: { half_life: 14d }',
      ),
    })
    const done = factsOf({ activities: [{ type: 'x', age: '0d' }] })
    const lines = explainAttribution(
      attribute(momentOf(steady, done), momentOf(steady, done, LATER)),
    )
    expect(lines).toEqual([
      'Score 40.00, 14 days ago 80.00: -40.00',
      'Tier C, was A',
      'Stage nurture, was SQL',
      ' -40.00 faded: A label',
    ])
  })

  test('somebody without an earlier score is told from nothing', () => {
    const attribution = attribute(
      null,
      momentOf(MODEL, facts([at('v', 'page_view')], { seniority: 'vp' })),
    )
    expect(attribution.before).toBeNull()
    expect(moved(attribution)).toEqual({ changed_facts: 20, new_activity: 40 })
    expect(explainAttribution(attribution)[0]).toBe('Score 60.00, not scored before: +60.00')
  })

  test('nothing at all is said in words', () => {
    const same = facts([], { seniority: 'vp' })
    expect(explainAttribution(explain(same, same))).toEqual([
      'Score 20.00, 14 days ago 20.00: +0.00',
      'Nothing has changed',
    ])
  })
})
