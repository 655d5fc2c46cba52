import { UserError } from '../errors.ts'
import { modelInRole, versionName } from '../store/models.ts'
import { compareWithShadow, type ShadowComparison, type TierMove } from '../store/shadow-scores.ts'
import { chosenInstallation } from './chosen-installation.ts'
import { withDatabase } from './connect.ts'
import { bold, count, plural, print, table } from './terminal.ts'

/** The live model against the shadow, from the scores that both have given. */
export function modelCompare(options: {
  readonly data: string
  readonly json: boolean
  readonly installation?: string | undefined
}): Promise<void> {
  return withDatabase(options.data, async (db) => {
    const { id, crm, accountId } = await chosenInstallation(db, options.installation)
    const live = await modelInRole(db, id, 'live')
    const shadow = await modelInRole(db, id, 'shadow')
    if (!live || !shadow) {
      throw new UserError(
        'There is no shadow model to compare with; start one: "model shadow FILE"',
      )
    }
    const names = { live: versionName(live), shadow: versionName(shadow) }
    const comparison = await compareWithShadow(db, id, names.live, names.shadow)
    if (options.json) return print(JSON.stringify({ crm, accountId, ...names, ...comparison }))
    print(bold(`${crm} account ${accountId}: ${names.live} (live), ${names.shadow} (shadow)`))
    for (const line of comparisonLines(comparison)) print(`  ${line}`)
  })
}

function comparisonLines(comparison: ShadowComparison): readonly string[] {
  const { compared, missing, tierMoves, tierChanges, stageChanges, gradeChanges } = comparison
  const waiting = missing > 0 ? `, ${count(missing)} not scored by both yet` : ''
  const people = `${plural(compared, 'person', 'people')} compared${waiting}`
  const { averageDifference, averageChange, higher, lower } = comparison
  if (averageDifference === null || averageChange === null) return [people]
  const sign = averageDifference > 0 ? '+' : ''
  return [
    people,
    `${count(tierChanges)} change tier, ${count(stageChanges)} stage, ${count(gradeChanges)} grade`,
    `${count(higher)} would score higher, ${count(lower)} lower; ${sign}${averageDifference} points on average, ${averageChange} regardless of direction`,
    ...table(migration(tierMoves)),
  ]
}

/** Live tiers down, shadow tiers across. */
function migration(moves: readonly TierMove[]): readonly (readonly string[])[] {
  const lives = [...new Set(moves.map(({ live }) => live))]
  const shadows = [...new Set(moves.map(({ shadow }) => shadow))].sort()
  const cell = (live: string, shadow: string) =>
    count(moves.find((move) => move.live === live && move.shadow === shadow)?.people ?? 0)
  return [
    ['live tier', ...shadows.map((shadow) => `→ ${shadow}`)],
    ...lives.map((live) => [live, ...shadows.map((shadow) => cell(live, shadow))]),
  ]
}
