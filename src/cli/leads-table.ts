import { personName } from '../leads/person-name.ts'
import type { RankedLead } from '../store/scores.ts'
import { cut, safe, table } from './terminal.ts'

/** A ranking as columns that fit a terminal. */
export function leadLines(leads: readonly RankedLead[]): readonly string[] {
  const rows = leads.map(({ id, facts, companyName, values }) => [
    id,
    cut(safe(nameOf(facts)), 22),
    cut(safe(textOf(facts['title'])), 26),
    cut(safe(companyName ?? ''), 24),
    (values['plumbline_score'] ?? '').padStart(5),
    `${values['plumbline_grade'] ?? ''}/${values['plumbline_tier'] ?? ''}`,
    cut(safe(values['plumbline_reasons'] ?? ''), 70),
  ])
  return table([['id', 'name', 'title', 'company', 'score', 'grade/tier', 'because'], ...rows])
}

/** A person's name, or what else they are known by. */
export function nameOf(facts: RankedLead['facts']): string {
  return personName(facts) ?? '(no name)'
}

function textOf(value: RankedLead['facts'][string] | undefined): string {
  return typeof value === 'string' ? value : ''
}
