import { formatPoints, formatSignedPoints } from '../engine/points.ts'
import { formatMoment } from '../language/duration.ts'
import type { AccountContribution, AccountResult, BuyingRole } from './account-result.ts'
import { whoFills } from './account-values.ts'
import { functionWord } from './account-words.ts'

/** An account's result in lines that a sales rep understands; fit for a terminal or a note. */
export function explainAccount(result: AccountResult): string[] {
  return [
    `Account score ${formatPoints(result.score)} of 100, tier ${result.tier}`,
    engagedLine(result),
    ...result.contributions.map(explainContribution),
    ...result.buyingGroup.map(explainRole),
    result.nextChangeAt === null
      ? 'Stays as it is until something new happens'
      : `Changes by itself next at ${formatMoment(new Date(result.nextChangeAt))}`,
    `Model ${result.model}, as of ${formatMoment(new Date(result.asOf))}`,
  ]
}

function engagedLine({ engaged, functions }: AccountResult): string {
  const who =
    engaged === 1 ? '1 person engaged' : `${engaged === 0 ? 'Nobody' : `${engaged} people`} engaged`
  return functions.length === 0 ? who : `${who}: ${functions.map(functionWord).join(', ')}`
}

function explainContribution({ points, label }: AccountContribution): string {
  return `${formatSignedPoints(points).padStart(7)}  ${label}`
}

function explainRole(role: BuyingRole): string {
  return `${role.label}: ${whoFills(role)}`
}
