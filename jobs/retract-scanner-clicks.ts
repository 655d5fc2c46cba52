import { findScannerClicks, isJudged, SCANNER_EVIDENCE } from '../src/enrichment/scanner-clicks.ts'
import { PIPELINE_ACTOR, recordAudit } from '../src/store/audit.ts'
import { type Db, inTransaction } from '../src/store/database.ts'
import {
  applyRule,
  markMailReaders,
  type PersonsActivity,
  RETRACTED,
  reinstateOutdated,
  retractByScanner,
  retractedByScanner,
  type ScannerActivity,
  takeTime,
} from '../src/store/scanner-retractions.ts'
import type { ScoringInput } from '../src/store/scoring-inputs.ts'
import type { Deps } from './deps.ts'

/** People without the clicks that mail security scanners made, and those clicks. */
interface Sifted {
  readonly inputs: readonly ScoringInput[]
  readonly scannerClicks: readonly ScannerActivity[]
}

/** Takes scanners' clicks out of what people are scored on; nothing is stored yet. */
export async function withoutScannerClicks(
  { db, scannerRule: { criteria } }: Pick<Deps, 'db' | 'scannerRule'>,
  installationId: string,
  inputs: readonly ScoringInput[],
): Promise<Sifted> {
  const judged = inputs.filter(({ activities }) => criteria.enabled && activities.some(isJudged))
  if (judged.length === 0) return { inputs, scannerClicks: [] }
  const ids = judged.flatMap(({ records }) => records)
  const earlier = await retractedByScanner(db, installationId, ids)
  const earlierOf = Map.groupBy(earlier, ({ personId }) => personId)
  const foundIn = new Map(
    judged.map((input) => {
      const known = input.records.flatMap((record) => earlierOf.get(record) ?? [])
      return [input, scannersAmong(input, known, criteria)]
    }),
  )
  return {
    inputs: inputs.map((input) => leaveOut(input, foundIn.get(input) ?? [])),
    scannerClicks: [...foundIn.values()].flat(),
  }
}

/**
 * The live activities that a scanner made, once for every record that may have them.
 * @param earlier of the same bursts, retracted already: together they are still one
 */
function scannersAmong(
  { activities, records }: ScoringInput,
  earlier: readonly PersonsActivity[],
  criteria: Deps['scannerRule']['criteria'],
): readonly ScannerActivity[] {
  const found = findScannerClicks([...activities, ...earlier], criteria)
  const reasons = new Map(found.map(({ id, reason }) => [id, reason]))
  return activities.flatMap((activity) => {
    const reason = reasons.get(activity.id)
    if (reason === undefined) return []
    return records.map((personId) => ({ ...activity, personId, reason }))
  })
}

function leaveOut(input: ScoringInput, found: readonly ScannerActivity[]): ScoringInput {
  if (found.length === 0) return input
  const gone = new Set(found.map(({ id }) => id))
  return { ...input, activities: input.activities.filter(({ id }) => !gone.has(id)) }
}

/** Retracts scanners' clicks for good and says so in the audit log, once per record. */
export async function retractScannerClicks(
  transaction: Db,
  installationId: string,
  scannerClicks: readonly ScannerActivity[],
  rule: string,
  at: Date,
): Promise<void> {
  const retracted = await retractByScanner(transaction, installationId, scannerClicks, rule, at)
  const keyOf = ({ personId, id }: { personId: string; id: string }) => `${personId} ${id}`
  const clicks = new Map(scannerClicks.map((each) => [keyOf(each), each]))
  const told = retracted.flatMap((each) => clicks.get(keyOf(each)) ?? [])
  const entries = [...Map.groupBy(told, ({ personId }) => personId)].map(([id, activities]) => ({
    action: RETRACTED,
    kind: 'person',
    id,
    details: { rule, activities: activities.toSorted((a, b) => a.at - b.at).map(toldOf) },
  }))
  await recordAudit(transaction, installationId, PIPELINE_ACTOR, entries, at)
}

function toldOf({ id, type, at, reason }: ScannerActivity) {
  return { id, type, at: new Date(at).toISOString(), reason }
}

/**
 * What another version of the rule retracted comes back, and everybody the new one may say something about is
 * scored again; called once when workers start.
 */
export function redoRetractions({
  db,
  clock,
  scannerRule: { version },
}: Pick<Deps, 'db' | 'clock' | 'scannerRule'>): Promise<void> {
  return inTransaction(db, async (transaction) => {
    const now = clock.now()
    await takeTime(transaction)
    await reinstateOutdated(transaction, version, now)
    const isNew = await applyRule(transaction, 'scanner-clicks', version, now)
    if (isNew) await markMailReaders(transaction, SCANNER_EVIDENCE, now)
  })
}
