import type { FactMap } from '../../leads/facts.ts'
import { comparable } from '../language/comparable-text.ts'

/** The texts of a fact that may be one or several, comparable with each other; none when it is unknown. */
export function wordsOf(facts: FactMap, field: string): string[] {
  const value = Object.hasOwn(facts, field) ? facts[field] : undefined
  if (value === undefined) return []
  const texts = typeof value === 'object' ? value : [String(value)]
  return texts.map(comparable).filter((text) => text !== '')
}

const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['it', 'IT'],
  ['hr', 'HR'],
  ['revops', 'RevOps'],
])

/** A function as people write it: "IT", "marketing". */
export function functionWord(name: string): string {
  return SPELLINGS.get(name) ?? name.replaceAll('_', ' ')
}

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** "90 days", "36 hours". */
export function periodWords(milliseconds: number): string {
  if (milliseconds % DAY === 0) return counted(milliseconds / DAY, 'day')
  if (milliseconds % HOUR === 0) return counted(milliseconds / HOUR, 'hour')
  return counted(Math.round(milliseconds / 60_000), 'minute')
}

function counted(amount: number, unit: string): string {
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`
}
