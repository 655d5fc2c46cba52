import { fieldName } from '../describe-condition.ts'
import { lengthWords } from './time-words.ts'

/** "person seniority: vp" for each fact */
export function factWords(facts: Readonly<Record<string, unknown>>, subject: string): string[] {
  return Object.entries(facts).map(
    ([name, value]) => `${subject} ${fieldName(name)}: ${valueWords(value)}`,
  )
}

/** "now", or "14 days ago" */
export function ageWords(age: string): string {
  return Number.parseFloat(age) === 0 ? 'now' : `${lengthWords(age)} ago`
}

export function valueWords(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ')
  if (typeof value === 'number' && value >= 10_000) return value.toLocaleString('en-US')
  return value === null ? 'unknown' : String(value)
}
