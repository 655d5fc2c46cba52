import { toHundredths, toPoints } from '../engine/points.ts'
import type { AccountsDocument } from '../language/accounts-schema.ts'
import { durationMs } from '../language/duration.ts'
import type { ModelDocument } from '../language/model-schema.ts'
import type { Model } from '../language/parse.ts'
import { NO_TIER } from '../result.ts'
import { accountLines, sumOf, toContribution } from './account-lines.ts'
import { accountReasons } from './account-reasons.ts'
import type { AccountFacts, AccountResult, AccountScorer } from './account-result.ts'
import { buyingGroupAt, compileRoles, type FillRoles } from './buying-group.ts'
import { type CompanyFit, compileCompanyFit } from './company-fit.ts'
import { compileMembers, isEngaged, type Member, type ReadMembers } from './members.ts'

/**
 * Compiles how a model scores accounts; null when it does not say. The scorer is pure like that of people:
 * same input, same output, whatever the order of the people.
 */
export function compileAccounts(model: Model): AccountScorer | null {
  const { accounts, hysteresis } = model.document
  if (accounts === undefined) return null
  const window = durationMs(accounts.engaged_within ?? DEFAULT_WINDOW)
  const rules: Rules = {
    accounts,
    window,
    readMembers: compileMembers(accounts, window),
    fillRoles: compileRoles(accounts),
    companyFit: compileCompanyFit(model),
    tierOf: compileAccountTiers(accounts, hysteresis),
  }
  return { model: model.name, score: (facts, asOf) => scoreAccount(rules, model.name, facts, asOf) }
}

const DEFAULT_WINDOW = '90d'

interface Rules {
  readonly accounts: AccountsDocument
  /** Milliseconds. */
  readonly window: number
  readonly readMembers: ReadMembers
  readonly fillRoles: FillRoles
  readonly companyFit: CompanyFit
  readonly tierOf: TierOf
}

function scoreAccount(rules: Rules, model: string, facts: AccountFacts, asOf: Date): AccountResult {
  const { accounts, window, readMembers, fillRoles, tierOf } = rules
  const time = asOf.getTime()
  const members = readMembers(facts.people)
  const engaged = members.filter((member) => isEngaged(member, time))
  const functions = [...new Set(engaged.flatMap((member) => member.functions))].sort()
  // A company of which we know nobody is no account to work yet.
  const companyFit = members.length === 0 ? [] : rules.companyFit(facts.company, asOf)
  const buyingGroup = buyingGroupAt(fillRoles(members, facts.company), time)
  const lines = accountLines(accounts, engaged, functions, companyFit)
  const score = sumOf(lines)
  const counts = { people: members.length, engaged: engaged.length, window }
  return {
    score: toPoints(score),
    tier: tierOf(score, facts.previousTier),
    engaged: engaged.length,
    functions,
    buyingGroup,
    reasons: accountReasons({ ...counts, functions, roles: buyingGroup, companyFit }),
    contributions: lines.map(toContribution),
    nextChangeAt: nextChange(engaged),
    model,
    asOf: asOf.toISOString(),
  }
}

/**
 * When the next person leaves the window. That always shows, because the written reasons begin with how many
 * are engaged. That people's own points fade is told by their own scoring.
 */
function nextChange(engaged: readonly Member[]): string | null {
  let next = Number.POSITIVE_INFINITY
  for (const { leavesAt } of engaged) next = Math.min(next, leavesAt ?? next)
  return next === Number.POSITIVE_INFINITY ? null : new Date(next).toISOString()
}

/** The tier of a score (hundredths); one that is held already is kept until it is missed by the hysteresis. */
type TierOf = (score: number, previous: string | undefined) => string

function compileAccountTiers(
  { tiers = {} }: AccountsDocument,
  hysteresis: ModelDocument['hysteresis'],
): TierOf {
  const slack = toHundredths(hysteresis)
  const ladder = Object.entries(tiers).map(([tier, points]) => ({ tier, at: toHundredths(points) }))
  return (score, previous) => {
    const held = ladder.findIndex(({ tier }) => tier === previous)
    const isHeld = (rank: number) => held >= 0 && rank >= held
    const reached = ladder.find(({ at }, rank) => score >= (isHeld(rank) ? at - slack : at))
    return reached?.tier ?? NO_TIER
  }
}
