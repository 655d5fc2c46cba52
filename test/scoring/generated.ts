import fc from 'fast-check'
import { contentHash } from '../../src/scoring/language/content-hash.ts'
import { checkModel } from '../../src/scoring/language/model-checks.ts'
import { modelSchema } from '../../src/scoring/language/model-schema.ts'
import type { Model } from '../../src/scoring/language/parse.ts'
import type { Facts, ScoredActivity } from '../../src/scoring/result.ts'
import { DOMAIN, plainSignals, richSignals, type SignalParts } from './generated-signals.ts'
import { AS_OF, DAY, HOUR, MINUTE } from './models.ts'

/** A model's document before it is read. */
export type DocumentParts = Readonly<Record<string, unknown>> & {
  readonly signals: readonly SignalParts[]
}

/** Reads a document as `parseModel` does, without the YAML, which costs ten times the rest. */
export function modelFrom(parts: DocumentParts): Model {
  // JSON drops the parts that are undefined, as a model's author leaves them out.
  const document = modelSchema.parse(JSON.parse(JSON.stringify(parts)))
  const faults = checkModel(document)
  if (faults.length > 0) throw new Error(JSON.stringify(faults))
  const hash = contentHash(document)
  return { model: document.model, hash, name: `${document.model}@${hash}`, document }
}

const combine = fc.constantFrom(
  'sum',
  'separate',
  { weighted: { fit: 50, engagement: 50 } },
  { weighted: { fit: 30, engagement: 60, intent: 10 } },
)

function documents(signal: fc.Arbitrary<SignalParts>): fc.Arbitrary<DocumentParts> {
  return fc
    .record({
      lines: fc.array(signal, { minLength: 1, maxLength: 6 }),
      combine,
      hysteresis: fc.constantFrom(0, 0, 5),
      max: fc.constantFrom(30, 60, 100),
      grouped: fc.boolean(),
    })
    .map(({ lines, max, grouped, ...rest }) => {
      const signals = withIds(lines)
      const members = signals.filter((each) => each['dimension'] === 'engagement').slice(0, 2)
      const ids = members.map((each) => each['id'])
      return {
        ...FRAME,
        ...rest,
        dimensions: { fit: { max: 100 }, engagement: { max }, intent: { max: 40 } },
        signals,
        groups: grouped && ids.length > 0 ? [{ id: 'g', signals: ids, max: 20 }] : [],
      }
    })
}

/** Numbers the signals; what replaces a type that no signal listens on replaces nothing. */
function withIds(lines: readonly SignalParts[]): SignalParts[] {
  const heard = new Set(lines.map((line) => line['on']))
  return lines.map(({ replaces, ...line }, index) => ({
    id: `s${index}`,
    label: `S${index}`,
    ...line,
    ...(heard.has(replaces) && replaces !== undefined && { replaces }),
  }))
}

const FRAME = {
  model: 'test',
  gates: [
    {
      id: 'gate',
      unless: { 'person.ok': true },
      // biome-ignore lint/suspicious/noThenProperty: "then" is the word of the model language; nothing awaits it
      then: { stage_at_most: 'mql', reason: 'Not confirmed' },
    },
  ],
  grades: { A: 75, B: 50, C: 25, D: 0 },
  stages: { mql: { score: 20 }, sql: { score: 40, grade: 'C' } },
  tiers: {
    A: { stage: 'sql' },
    B: { any: [{ stage: 'mql' }, { engagement: 30.25 }] },
    C: { score: 5 },
  },
  matrix: {
    fit_high: 20.25,
    engagement_high: 15.25,
    high_high: 'route_now',
    high_low: 'nurture',
    low_high: 'review',
    low_low: 'hold',
  },
}

/** Random models of the everyday kinds of signals; without negative ones each score only falls between activities. */
export function models(withNegative: boolean): fc.Arbitrary<Model> {
  return documents(plainSignals(withNegative)).map(modelFrom)
}

/** Random models of everything the language knows, as documents. */
export const richDocuments: fc.Arbitrary<DocumentParts> = documents(richSignals)

export const richModels: fc.Arbitrary<Model> = richDocuments.map(modelFrom)

const value = fc.option(fc.constantFrom(...DOMAIN), { nil: undefined })
const person = fc
  .record({ x: value, y: value, z: value, ok: fc.constantFrom(true, undefined) })
  .map((facts) => JSON.parse(JSON.stringify(facts)) as Facts['person'])

const noAttributes = fc.constant({})
const attributes = fc.record(
  {
    event: fc.constantFrom('e1', 'e2'),
    kind: fc.constantFrom('k1', 'k2', 'k3'),
    share: fc.constantFrom(0, 0.25, 0.5, 1, 7),
  },
  { requiredKeys: [] },
)

/** Activities on whole minutes, from three weeks ago to `ahead` ms after AS_OF. */
function activities(
  ahead: number,
  said: fc.Arbitrary<ScoredActivity['attributes']>,
): fc.Arbitrary<ScoredActivity[]> {
  const minute = fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: (-21 * DAY) / MINUTE, max: ahead / MINUTE }) },
    // Same moments, so that ties happen.
    { weight: 1, arbitrary: fc.integer({ min: -3, max: 0 }).map((days) => (days * DAY) / MINUTE) },
  )
  const type = fc.constantFrom('a', 'b', 'c')
  return fc.array(fc.tuple(type, minute, said), { maxLength: 8 }).map((list) =>
    list.map(([kind, at, each], index) => ({
      id: `act${index}`,
      type: kind,
      at: new Date(AS_OF.getTime() + at * MINUTE),
      attributes: each,
    })),
  )
}

const previous = fc.option(
  fc.record({
    tier: fc.constantFrom('A', 'B', 'C', 'none'),
    stage: fc.constantFrom('sql' as const, 'mql' as const, 'nurture' as const),
  }),
  { nil: undefined },
)

function peopleWho(done: fc.Arbitrary<ScoredActivity[]>): fc.Arbitrary<Facts> {
  return fc.tuple(person, done, previous).map(([facts, list, before]) => ({
    person: facts,
    company: {},
    activities: list,
    ...(before && { previous: before }),
  }))
}

export function people(ahead = 2 * HOUR): fc.Arbitrary<Facts> {
  return peopleWho(activities(ahead, noAttributes))
}

/** People whose activities say more: which event, what kind, how much of it. */
export function richPeople(ahead = 2 * HOUR): fc.Arbitrary<Facts> {
  return peopleWho(activities(ahead, attributes))
}
