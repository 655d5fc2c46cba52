import { toHundredths } from '../engine/points.ts'
import type { AccountsDocument } from '../language/accounts-schema.ts'
import { comparable } from '../language/comparable-text.ts'
import type { AccountPerson } from './account-result.ts'
import { wordsOf } from './account-words.ts'

/** A person of the account with everything about them that does not depend on the moment. */
export interface Member {
  readonly person: AccountPerson
  /** For sentences: the name, or the id where there is none. */
  readonly name: string
  /** Own points times the weight of the seniority, in hundredths of a hundredth of a point: a whole number. */
  readonly strength: number
  readonly functions: readonly string[]
  /** The first moment (ms) at which the person is engaged no more; null when they never were. */
  readonly leavesAt: number | null
}

/** Reads an account's people, strongest first; among equals by id, so that the order given never matters. */
export type ReadMembers = (people: readonly AccountPerson[]) => Member[]

/** `window` is how long (ms) somebody stays engaged. */
export function compileMembers({ people }: AccountsDocument, window: number): ReadMembers {
  const weightOf = compileWeights(people?.weight_by_seniority ?? {})
  return (persons) =>
    persons.map((person) => memberOf(person, weightOf(person), window)).sort(strongestFirst)
}

export function isEngaged({ leavesAt }: Member, time: number): boolean {
  return leavesAt !== null && time < leavesAt
}

function memberOf(person: AccountPerson, weight: number, window: number): Member {
  const { id, name, facts, engagement, intent, engagedAt } = person
  const points = toHundredths(engagement) + toHundredths(intent)
  const earns = engagedAt !== null && points > 0
  return {
    person,
    name: oneLine(name ?? '') || id,
    strength: points * weight,
    functions: wordsOf(facts, 'function'),
    leavesAt: earns ? engagedAt.getTime() + window : null,
  }
}

/** Hundredths. Of several seniorities the heaviest counts; 1 where none is known or listed. */
function compileWeights(
  document: Readonly<Record<string, number>>,
): (person: AccountPerson) => number {
  const weights = new Map<string, number>()
  for (const [seniority, weight] of Object.entries(document)) {
    weights.set(comparable(seniority), toHundredths(weight))
  }
  return ({ facts }) => {
    const listed = wordsOf(facts, 'seniority').flatMap((word) => weights.get(word) ?? [])
    return listed.length === 0 ? 100 : Math.max(...listed)
  }
}

function strongestFirst(a: Member, b: Member): number {
  return b.strength - a.strength || (a.person.id < b.person.id ? -1 : 1)
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}
