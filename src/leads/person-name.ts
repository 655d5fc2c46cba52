import type { FactMap } from './facts.ts'

/** What to call a person: first and last name, else the e-mail address; null when there is neither. */
export function personName(facts: FactMap): string | null {
  const name = [facts['first_name'], facts['last_name']].map(textOf).filter(Boolean).join(' ')
  return name || textOf(facts['email']) || null
}

function textOf(value: FactMap[string] | undefined): string {
  return typeof value === 'string' ? value.trim() : ''
}
