import fc from 'fast-check'
import type { Facts } from '../../src/scoring/result.ts'
import type { Mirror } from './stored-people.ts'

const HOUR = 3_600_000

/** A person with everything that the starter model looks at, as the mirror and as the engine take it. */
export interface CrowdMember {
  readonly id: string
  readonly facts: Facts
}

const maybe = <T extends string>(...values: readonly T[]) =>
  fc.option(fc.constantFrom(...values), { nil: undefined })

const person = fc.record({
  seniority: maybe('c_level', 'vp', 'director', 'manager', 'student'),
  function: maybe('sales', 'marketing', 'it', 'hr'),
  region: maybe('EMEA', 'NA', 'APAC'),
  email_kind: maybe('business', 'free'),
  authority: maybe('confirmed'),
})
const activity = fc.constantFrom(
  { type: 'page_view', attributes: { path: '/pricing' } },
  { type: 'page_view', attributes: { path: '/pricing/teams' } },
  { type: 'page_view', attributes: { path: '/careers' } },
  { type: 'content_downloaded', attributes: { kind: 'whitepaper' } },
  { type: 'email_click', attributes: {} },
  { type: 'demo_requested', attributes: {} },
)
const activities = fc.array(fc.tuple(activity, fc.integer({ min: 1, max: 60 * 24 })), {
  maxLength: 5,
})

/** Always the same people for the same arguments; their activities lie up to 60 days before `asOf`. */
export function crowd(size: number, asOf: Date): readonly CrowdMember[] {
  const drawn = fc.sample(fc.tuple(person, activities), { numRuns: size, seed: 20261122 })
  return drawn.map(
    ([facts, done], index): CrowdMember => ({
      id: String(index + 1),
      facts: {
        person: { first_name: `P${index + 1}`, ...withoutUnknown(facts) },
        company: {},
        activities: done.map(([what, hours], place) => ({
          ...what,
          id: `act-${place}`,
          at: new Date(asOf.getTime() - hours * HOUR),
        })),
      },
    }),
  )
}

function withoutUnknown(facts: Readonly<Record<string, string | undefined>>): Facts['person'] {
  const known: [string, string][] = []
  for (const [field, value] of Object.entries(facts)) {
    if (value !== undefined) known.push([field, value])
  }
  return Object.fromEntries(known)
}

/** Puts a crowd into the mirror. */
export async function storeCrowd(
  mirror: Mirror,
  members: readonly CrowdMember[],
  knownAt: Date,
): Promise<void> {
  await mirror.people(
    members.map(({ id, facts }) => ({ id, facts: facts.person })),
    knownAt,
  )
  const records = members.flatMap(({ id, facts }) =>
    facts.activities.map(({ id: sourceId, type, at, attributes }) => ({
      personId: id,
      sourceId,
      type,
      occurredAt: at,
      attributes,
    })),
  )
  await mirror.activities(records, knownAt)
}
