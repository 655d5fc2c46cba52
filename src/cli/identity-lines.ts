import type { DuplicateBasis } from '../store/duplicates.ts'
import type { ReceiptIdentity } from '../store/receipt-identity.ts'

const BASIS_WORDS: Readonly<Record<DuplicateBasis, string>> = {
  email: 'same e-mail address',
  name_domain: 'same name and e-mail domain',
}

/** What records have in common, in words. */
export function basisWords(basis: readonly DuplicateBasis[]): string {
  return basis.map((each) => BASIS_WORDS[each]).join('; ')
}

const ACCOUNT_WORDS = {
  association: 'associated in the CRM',
  domain: 'by e-mail domain; not confirmed in the CRM',
} as const

/** Which account and which other records a score rests on, one line each. */
export function identityLines(identity: ReceiptIdentity | null): readonly string[] {
  if (!identity) return []
  const { account, others, basis } = identity
  const lines: string[] = []
  if (account) {
    const { id, name, basis: found } = account
    lines.push(`Account: ${name ?? `record ${id}`} (${ACCOUNT_WORDS[found]})`)
  }
  if (others.length > 0) {
    const records = others.length === 1 ? 'record' : 'records'
    const why = basis.length > 0 ? ` (${basisWords(basis)})` : ''
    lines.push(`Scored together with ${records} ${others.join(', ')}${why}`)
  }
  return lines
}
