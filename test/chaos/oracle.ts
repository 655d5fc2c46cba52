import { judgeEffects } from './effects.ts'
import { hubspotTruth } from './hubspot-truth.ts'
import { judgeForeign, judgeInbox, judgeManners, judgeQuiet } from './invariants.ts'
import { judgeRecords } from './lost.ts'
import { judgeMirror } from './mirror.ts'
import { salesforceTruth } from './salesforce-truth.ts'
import type { Truth } from './truth.ts'
import type { ChaosStage, CrmStage, Verdict, WorkDone } from './types.ts'

const NOTHING_DONE: WorkDone = { winners: new Set(), erased: new Set(), reconnects: 0 }

/**
 * Judges the end state of a run once everything is quiet: computes from each CRM's own records what every one of
 * them should carry, and looks for what was lost, done twice or broken. It shares with Plumbline what fields mean
 * and the pure functions; none of its reading, storing, queueing, limiting or writing.
 * @throws Error for a live model with hysteresis, and where a sandbox does not answer
 */
export async function judge(stage: ChaosStage): Promise<Verdict> {
  const judged = await Promise.all(
    stage.crms.map(async (crm) => ({ stage: crm, truth: await truthOf(crm) })),
  )
  const verdicts: Verdict[] = []
  for (const { stage: crm, truth } of judged) verdicts.push(await judgeCrm(stage, crm, truth))
  const foreign = await judgeForeign(stage.db, judged)
  return joined([...verdicts, { checked: {}, lost: [], duplicates: [], broken: foreign }])
}

function truthOf(crm: CrmStage): Promise<Truth> {
  return crm.crm === 'hubspot' ? hubspotTruth(crm) : salesforceTruth(crm)
}

async function judgeCrm({ db, work }: ChaosStage, crm: CrmStage, truth: Truth): Promise<Verdict> {
  const done = work[crm.crm] ?? NOTHING_DONE
  const records = await judgeRecords(db, crm, truth, done)
  const mirror = await judgeMirror(db, crm, truth, done)
  const effects = await judgeEffects(db, crm, truth, done)
  const named = (complaints: readonly string[]) => complaints.map((line) => `${crm.crm}: ${line}`)
  return {
    checked: { ...records.checked, ...mirror.checked, ...effects.checked },
    lost: named([
      ...records.complaints,
      ...mirror.complaints,
      ...(await judgeInbox(db, crm, done)),
    ]),
    duplicates: named(effects.complaints),
    broken: named([...(await judgeQuiet(db, crm)), ...(await judgeManners(crm, done))]),
  }
}

function joined(verdicts: readonly Verdict[]): Verdict {
  const checked: Record<string, number> = {}
  for (const verdict of verdicts) {
    for (const [what, n] of Object.entries(verdict.checked))
      checked[what] = (checked[what] ?? 0) + n
  }
  return {
    checked,
    lost: verdicts.flatMap(({ lost }) => lost),
    duplicates: verdicts.flatMap(({ duplicates }) => duplicates),
    broken: verdicts.flatMap(({ broken }) => broken),
  }
}
