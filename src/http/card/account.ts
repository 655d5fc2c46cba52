import type { AccountResult, BuyingRole } from '../../scoring/accounts/account-result.ts'
import type { ModelDocument } from '../../scoring/language/model-schema.ts'
import { wholePoints } from '../../scoring/written-values.ts'
import type { AccountCard, CardNext } from './view.ts'
import { tenths, tierWords } from './words.ts'

type Said = Omit<AccountCard, 'notes' | 'paused' | 'change' | 'scoredAgo' | 'scoredAt' | 'model'>

/** An account's current result in the words of a card. */
export function accountWords(result: AccountResult, document: ModelDocument | null): Said {
  const lines = result.contributions.toSorted(
    (a, b) =>
      Number(a.kind === 'cap') - Number(b.kind === 'cap') ||
      Number(a.points < 0) - Number(b.points < 0) ||
      Math.abs(b.points) - Math.abs(a.points),
  )
  return {
    state: 'scored',
    kind: 'account',
    score: Number(wholePoints(result.score)),
    tier: tierWords(result.tier),
    reasons: result.reasons,
    lines: lines.map(({ label, points }, index) => ({
      id: String(index),
      label,
      points: tenths(points),
      was: null,
      detail: '',
    })),
    group: result.buyingGroup.map(roleOf),
    next: nextAccountTier(document, result),
  }
}

/** The card is not a list of people: who more there is stands in the CRM. */
const MOST_NAMES = 3

function roleOf({ label, people, engaged }: BuyingRole): Said['group'][number] {
  const named = people.slice(0, MOST_NAMES)
  return { role: label, people: named, others: people.length - named.length, engaged }
}

function nextAccountTier(
  document: ModelDocument | null,
  { tier, score }: AccountResult,
): CardNext | null {
  const tiers = Object.entries(document?.accounts?.tiers ?? {})
  const at = tiers.findIndex(([name]) => name === tier)
  const next = at < 0 ? tiers.at(-1) : tiers[at - 1]
  if (!next) return null
  const [name, points] = next
  const missing = Math.ceil(tenths(points - score) * 10) / 10
  return { tier: name, needs: missing > 0 ? [`${missing} more points (${points} in all)`] : [] }
}
