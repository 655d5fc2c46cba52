import fc from 'fast-check'
import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { score } from '../../jobs/score.ts'
import { compileModel } from '../../src/scoring/engine/compile.ts'
import { canonicalJson } from '../../src/scoring/language/content-hash.ts'
import type { Facts, PreviousState, Result } from '../../src/scoring/result.ts'
import { upsertActivities } from '../../src/store/activities.ts'
import { mark } from '../../src/store/due.ts'
import { addFactVersions } from '../../src/store/fact-versions.ts'
import type { Installation } from '../../src/store/installations.ts'
import { type ScoringInput, scoringInputs } from '../../src/store/scoring-inputs.ts'
import { upsertPeople } from '../../src/store/subjects.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { movableClock, stageDeps } from '../helpers/deps.ts'
import { richModels, richPeople } from '../scoring/generated.ts'
import { AS_OF, DAY, HOUR } from '../scoring/models.ts'

const PEOPLE = 200
const MODELS = 20

/** Values that a detour through JSON and numeric could bend. */
const awkward = fc.record(
  {
    x: fc.double({ noNaN: true, noDefaultInfinity: true }),
    note: fc.string({ unit: 'grapheme' }).filter((text) => !/[\0\p{Cs}]/u.test(text)),
    list: fc.array(fc.constantFrom('b', 'a', 'é', '')),
    z9: fc.boolean(),
    a1: fc.constant(-0),
  },
  { requiredKeys: [] },
)
const somebody = fc.tuple(richPeople(), awkward, fc.boolean()).map(
  ([facts, odd, isOdd]): Facts => ({
    company: {},
    activities: facts.activities,
    person: { ...facts.person, ...(isOdd && odd) },
  }),
)

function factsOf({ person, company, activities }: ScoringInput, previous?: PreviousState): Facts {
  return {
    person,
    company,
    activities: activities.map((each) => ({ ...each, at: new Date(each.at) })),
    ...(previous && { previous }),
  }
}

describe('a score, replayed from what the database has kept', () => {
  const database = useDatabase()
  let installation: Installation
  beforeEach(async () => {
    installation = await makeInstallation(database.db)
  })

  const store = async (everybody: ReadonlyMap<string, Facts>, at: Date) => {
    const people = [...everybody].map(([id, { person }]) => ({ id, facts: person }))
    const records = people.map((each) => ({ ...each, createdAt: at, updatedAt: at }))
    await upsertPeople(database.db, installation.id, records, at)
    await addFactVersions(database.db, installation.id, 'person', people, at)
    const done = [...everybody].flatMap(([personId, { activities }]) =>
      activities.map(({ id: sourceId, type, at: occurredAt, attributes }) => ({
        ...{ personId, sourceId, type, occurredAt, attributes },
      })),
    )
    await upsertActivities(database.db, installation.id, done, at)
    await mark(database.db, installation.id, 'score', 'person', [...everybody.keys()], at)
  }
  const read = (ids: readonly string[], knownAt: Date | null = null) =>
    scoringInputs(database.db, installation.id, ids, knownAt)

  test('is the same bytes as before the facts were stored', async () => {
    const sample = fc.sample(somebody, PEOPLE)
    const everybody = new Map(sample.map((facts, index) => [`p${index}`, facts]))
    await store(everybody, AS_OF)
    const inputs = await read([...everybody.keys()])
    expect(inputs).toHaveLength(PEOPLE)
    for (const model of fc.sample(richModels, MODELS)) {
      const scorer = compileModel(model)
      for (const input of inputs) {
        const original = everybody.get(input.id)
        if (!original) throw new Error(`${input.id} was never stored`)
        const text = JSON.stringify(scorer.score(original, AS_OF))
        expect(JSON.stringify(scorer.score(factsOf(input), AS_OF))).toBe(text)
      }
    }
  })

  test('is the receipt, although facts, activities and clicks changed later', async () => {
    const sample = fc.sample(somebody, PEOPLE)
    const everybody = new Map(sample.map((facts, index) => [`p${index}`, facts]))
    const [model] = fc.sample(richModels, 1)
    if (!model) throw new Error('no model was generated')
    const scorer = compileModel(model)
    const clock = movableClock(AS_OF)
    const deps = stageDeps(database.db, clock, { scorer: async () => scorer })
    await store(withScannerClicks(everybody), AS_OF)
    await score({ installationId: installation.id }, deps)
    clock.moveTo(new Date(AS_OF.getTime() + 9 * DAY))
    await store(shifted(everybody), clock.now())
    await score({ installationId: installation.id }, deps)

    const { rows: receipts } = await sql<Receipt>`
      select person_id as id, as_of as "asOf", previous, result from score_receipt
      where installation_id = ${installation.id} order by id`.execute(database.db)
    expect(receipts.length).toBeGreaterThan(PEOPLE)
    for (const { id, asOf, previous, result } of receipts) {
      const [input] = await read([id], asOf)
      if (!input) throw new Error(`${id} is not there any more`)
      const again = scorer.score(factsOf(input, previous ?? undefined), asOf)
      expect(canonicalJson(JSON.parse(JSON.stringify(again)))).toBe(canonicalJson(result))
    }
  })
})

interface Receipt {
  readonly id: string
  readonly asOf: Date
  readonly previous: PreviousState | null
  readonly result: Result
}

type Everybody = ReadonlyMap<string, Facts>

/** Everybody with a click that a scanner made, which must not be in any receipt. */
function withScannerClicks(everybody: Everybody): Everybody {
  const click = {
    id: 'scanner',
    type: 'email_click',
    at: new Date(AS_OF.getTime() - HOUR),
    attributes: { user_agent: 'Barracuda' },
  }
  return new Map(
    [...everybody].map(([id, facts]) => [
      id,
      { ...facts, activities: [...facts.activities, click] },
    ]),
  )
}

/** Everybody with somebody else's facts, and one more activity. */
function shifted(everybody: Everybody): Everybody {
  const all = [...everybody.values()]
  const visit = { id: 'later', type: 'a', at: new Date(AS_OF.getTime() + DAY), attributes: {} }
  return new Map(
    [...everybody.keys()].map((id, index) => [
      id,
      { person: all[(index + 1) % all.length]?.person ?? {}, company: {}, activities: [visit] },
    ]),
  )
}
