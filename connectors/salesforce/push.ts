import type { Write, WriteOutcome } from '../connector.ts'
import { isTransient, once, onePerRecord, rejected, retryAll, tiersIn } from '../push-parts.ts'
import { KIND_OF, OBJECTS, type SubjectObject } from './definitions.ts'
import { sObjectOf } from './ids.ts'
import type { Provisioned } from './provision.ts'
import { followAnswers, followUp, type Tried, writeBy, writeInBatches } from './push-batch.ts'
import { sendBulk } from './push-bulk.ts'
import { writePlan } from './push-plan.ts'
import { createRun, type Run } from './push-run.ts'
import type { Answers, Sent } from './push-send.ts'
import { definitionOf } from './push-values.ts'
import { classOf } from './refusals.ts'
import type { Writing } from './writing.ts'

/**
 * Writes values into records of one kind. One outcome per record; several writes to one record become one, the later
 * value of a field counting. Owners stay who they are.
 * @throws CrmAuthExpired, CrmDisconnected, CrmMisconfigured, and CrmRejected when the right to write is missing
 */
export async function push(
  writing: Writing,
  writes: readonly Write[],
): Promise<readonly WriteOutcome[]> {
  const kind = writes[0]?.subject.kind
  if (kind === undefined) return []
  const records = onePerRecord(writes, kind)
  const heal = once(() => writing.heal(kind, tiersIn(records, kind)))
  const objects = OBJECTS.filter((sObject) => KIND_OF[sObject] === kind)
  const outcomes = strangers(records, objects)
  for (const sObject of objects) {
    const own = records.filter(({ subject }) => sObjectOf(subject.id) === sObject)
    if (own.length > 0) outcomes.push(...(await writeObject(writing, sObject, own, heal)))
  }
  return outcomes
}

function strangers(writes: readonly Write[], objects: readonly string[]): WriteOutcome[] {
  return writes
    .filter(({ subject }) => !objects.includes(sObjectOf(subject.id) ?? ''))
    .map((write) => rejected(write, `"${write.subject.id}" is no id of ${objects.join(' or ')}`))
}

async function writeObject(
  writing: Writing,
  sObject: SubjectObject,
  writes: readonly Write[],
  heal: () => Promise<Provisioned>,
): Promise<readonly WriteOutcome[]> {
  try {
    const run = await createRun(writing, sObject, heal)
    if (lacksFields(run, writes)) await run.heal()
    // One order for everybody: two writers meet at a lock once, not crosswise.
    const ordered = writes.toSorted((a, b) => (a.subject.id < b.subject.id ? -1 : 1))
    return writePlan(sObject, ordered.length).way === 'bulk'
      ? await writeInBulk(run, ordered)
      : await writeInBatches(run, ordered)
  } catch (error) {
    if (isTransient(error)) return retryAll(writes, error)
    throw error
  }
}

/** Whether a value cannot be written as our fields are known: then they are looked after before anything is sent. */
function lacksFields({ sObject, usable }: Run, writes: readonly Write[]): boolean {
  const names = new Set(writes.flatMap(({ values }) => Object.keys(values)))
  return [...names].some((name) => {
    const definition = definitionOf(sObject, name)
    const field = usable.fields.get(name)
    if (!definition) return false
    return !field?.isWritable || !definition.describedAs.includes(field.type)
  })
}

function writeInBulk(run: Run, writes: readonly Write[]): Promise<readonly WriteOutcome[]> {
  return writeBy(run, writes, 0, (records) => sendBulk(run.org, run.sObject, records), followBulk)
}

/** What a job refuses and a call may not is written by calls; all of it, where there could be no job. */
async function followBulk(run: Run, tried: Tried, sent: Sent): Promise<readonly WriteOutcome[]> {
  if (sent.as === 'late') return followUp(run, tried, sent)
  if (sent.as === 'refused') return writeInBatches(run, tried.batch)
  const isAgain = ({ subject }: Write) => mayPassByCall(sent.answers, subject.id)
  const again = tried.batch.filter(isAgain)
  const batch = tried.batch.filter((write) => !isAgain(write))
  const settled = await followAnswers(run, { ...tried, batch }, sent.answers)
  return [...settled, ...(await writeInBatches(run, again))]
}

/** Jobs know no header for duplicate rules, and their batches are of Salesforce's choosing. */
function mayPassByCall(answers: Answers, id: string): boolean {
  const problems = answers.get(id) ?? []
  if (problems.some(({ code }) => code === 'DUPLICATES_DETECTED')) return true
  return ['locked', 'our fields', 'automation'].includes(classOf(problems))
}
