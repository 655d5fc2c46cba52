import type { RankedAccount } from '../store/account-scores.ts'
import { cut, safe, table } from './terminal.ts'

/** A ranking of accounts as columns that fit a terminal. */
export function accountLines(accounts: readonly RankedAccount[]): readonly string[] {
  const rows = accounts.map(({ id, facts, values }) => [
    id,
    cut(safe(companyNameOf(facts)), 28),
    (values['plumbline_account_score'] ?? '').padStart(5),
    values['plumbline_account_tier'] ?? '',
    cut(safe(values['plumbline_account_reasons'] ?? ''), 90),
  ])
  return table([['id', 'company', 'score', 'tier', 'because'], ...rows])
}

/** A company's name, or its domain. */
export function companyNameOf({ name, domain }: RankedAccount['facts']): string {
  const known = [name, domain].find((text) => typeof text === 'string' && text.trim() !== '')
  return typeof known === 'string' ? known : '(no name)'
}
