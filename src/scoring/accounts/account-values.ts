import { wholePoints, writtenText } from '../written-values.ts'
import type { AccountResult, BuyingRole } from './account-result.ts'

/** The parts of an account's result that end up in the CRM. */
export type WritableAccount = Pick<AccountResult, 'score' | 'tier' | 'buyingGroup' | 'reasons'>

/** A company's CRM fields as text: whole points, rounded half up; texts of at most 500 characters. */
export function accountValues(result: WritableAccount): Record<string, string> {
  return {
    plumbline_account_score: wholePoints(result.score),
    plumbline_account_tier: result.tier,
    plumbline_buying_group: writtenText(buyingGroupText(result.buyingGroup)),
    plumbline_account_reasons: writtenText(result.reasons.join('; ')),
  }
}

/** "1 of 2 roles engaged. Decision maker: Ann Lee (engaged) and 1 more. Champion: nobody yet." */
function buyingGroupText(roles: readonly BuyingRole[]): string {
  if (roles.length === 0) return ''
  const engaged = roles.filter((role) => role.engaged).length
  const sentences = roles.map((role) => `${role.label}: ${whoFills(role)}.`)
  return [
    `${engaged} of ${roles.length} ${roles.length === 1 ? 'role' : 'roles'} engaged.`,
    ...sentences,
  ].join(' ')
}

/** The first of a role's people and how many there are besides; the others are in the account's record. */
export function whoFills({ people, engaged }: BuyingRole): string {
  const [first] = people
  if (first === undefined) return 'nobody yet'
  const others = people.length === 1 ? '' : ` and ${people.length - 1} more`
  return `${first} (${engaged ? 'engaged' : 'not engaged'})${others}`
}
