import { toHundredths, toPoints } from '../engine/points.ts'
import type { AccountsDocument } from '../language/accounts-schema.ts'
import type { AccountContribution } from './account-result.ts'
import { functionWord } from './account-words.ts'
import type { Member } from './members.ts'
import { pointsByRank } from './people-points.ts'

const MAX_SCORE = 10_000

/** A contribution while it is still counted in hundredths of a point. */
export interface AccountLine extends Omit<AccountContribution, 'points'> {
  readonly value: number
}

/** Every line of an account's sum: what people earn, what they earn together, the company, the cap. */
export function accountLines(
  accounts: AccountsDocument,
  engaged: readonly Member[],
  functions: readonly string[],
  companyFit: readonly AccountLine[],
): AccountLine[] {
  const lines = [
    ...personLines(engaged, accounts.people?.diminishing ?? 1),
    ...groupLines(accounts, engaged.length, functions),
    ...companyFit,
  ]
  const sum = sumOf(lines)
  const cap = Math.min(MAX_SCORE, Math.max(0, sum)) - sum
  if (cap === 0) return lines
  return [...lines, { kind: 'cap', label: 'An account scores from 0 to 100', value: cap }]
}

export function sumOf(lines: readonly AccountLine[]): number {
  return lines.reduce((sum, { value }) => sum + value, 0)
}

export function toContribution({ value, ...line }: AccountLine): AccountContribution {
  return { ...line, points: toPoints(value) }
}

function personLines(engaged: readonly Member[], diminishing: number): AccountLine[] {
  return pointsByRank(engaged, diminishing).map(({ member: { person, name }, value }) => {
    const title = person.facts['title']
    const label = typeof title === 'string' && title.trim() !== '' ? `${name}, ${title}` : name
    return { kind: 'person', label, value, person: person.id }
  })
}

function groupLines(
  { committee, cross_functional }: AccountsDocument,
  engaged: number,
  functions: readonly string[],
): AccountLine[] {
  const lines: AccountLine[] = []
  if (committee !== undefined && engaged >= committee.people) {
    const label = `At least ${committee.people} people engaged`
    lines.push({ kind: 'committee', label, value: toHundredths(committee.points) })
  }
  if (cross_functional !== undefined && functions.length >= cross_functional.functions) {
    const label = `Across functions: ${functions.map(functionWord).join(', ')}`
    lines.push({ kind: 'cross_functional', label, value: toHundredths(cross_functional.points) })
  }
  return lines
}
