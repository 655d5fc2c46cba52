// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources are quoted as they stand.

/** A plausible regression: one edit of one file, and what should reveal it. */
export interface BadBuild {
  readonly name: string
  /** What would go wrong in production. */
  readonly why: string
  readonly file: string
  /** Occurs exactly once in the file. */
  readonly find: string
  readonly replace: string
  /** Kinds of faults, or scenarios, that a run throws at it. */
  readonly faults: readonly string[]
  /** Over both CRMs. */
  readonly people: number
}

const DUE = 'src/store/due.ts'

const QUEUE: readonly BadBuild[] = [
  {
    name: 'settle-any-generation',
    why: 'what changes while it is worked on is taken for done',
    file: DUE,
    find: 'row.generation !== generation',
    replace: 'false',
    faults: ['changed-while-written'],
    people: 120,
  },
  {
    name: 'due-once-only',
    why: 'a second mark of the same record does not raise its generation',
    file: DUE,
    find: 'due_at = least(due.due_at, excluded.due_at), generation = due.generation + 1,',
    replace: 'due_at = least(due.due_at, excluded.due_at),',
    faults: ['database-slow', 'slow-answers', 'network-latency'],
    people: 120,
  },
  {
    name: 'lease-for-good',
    why: 'what a killed worker held is never taken over',
    file: DUE,
    find: 'and (lease_until is null or lease_until < ${now})\n        ${ofKind}',
    replace: 'and lease_until is null\n        ${ofKind}',
    faults: ['rewritten-while-killed'],
    people: 300,
  },
  {
    name: 'no-sweeper',
    why: 'a wake-up that is lost is never made good',
    file: 'jobs/schedule.ts',
    find: 'for (const { installationId, stage } of await waiting(db, clock.now())) {',
    replace:
      'for (const { installationId, stage } of (await waiting(db, clock.now())).slice(0, 0)) {',
    faults: ['jobs-lost', 'workers-killed'],
    people: 120,
  },
]

const READING: readonly BadBuild[] = [
  {
    name: 'rows-without-marks',
    why: 'the first person of a page is stored, and never enriched',
    file: 'jobs/store-page.ts',
    find: "await mark(transaction, installationId, 'enrich', 'person', people, now)\n  // Activities",
    replace:
      "await mark(transaction, installationId, 'enrich', 'person', people.slice(1), now)\n  // Activities",
    faults: ['slow-answers'],
    people: 120,
  },
  {
    name: 'cursor-before-rows',
    why: 'the cursor moves on in a transaction of its own, and the rows fail',
    file: 'jobs/sync.ts',
    find: 'const advanced = await advanceCursor(transaction, run.id, cursor, page)\n    if (!advanced) return null',
    replace:
      'const advanced = await advanceCursor(deps.db, run.id, cursor, page)\n    if (!advanced) return null',
    faults: ['polling-alone'],
    people: 120,
  },
  {
    name: 'absence-removes',
    why: 'a list that comes back cut short takes people off the lists',
    file: 'jobs/missing-records.ts',
    find: "await mark(transaction, installationId, 'fetch', stream, missing, now)",
    replace:
      "const gone = missing.map((id) => ({ id, at: now }))\n  const { removeSubjects } = await import('../src/store/subjects.ts')\n  await removeSubjects(transaction, installationId, covers.kind, gone)",
    faults: ['empty-list'],
    people: 120,
  },
  {
    name: 'published-for-nobody',
    why: 'a model goes live and nobody is scored with it',
    file: 'src/store/models.ts',
    find: 'const due = await markEverybody(transaction, installationId, model.scoresAccounts, at)',
    replace:
      'const due = live\n    ? { people: 0, companies: 0 }\n    : await markEverybody(transaction, installationId, model.scoresAccounts, at)',
    faults: ['model-stays'],
    people: 120,
  },
]

const WRITING: readonly BadBuild[] = [
  {
    name: 'partial-is-success',
    why: 'records that a 207 names as failed are taken for written',
    file: 'connectors/hubspot/push-outcomes.ts',
    find: "if (written.has(id)) return { id, status: 'written' }",
    replace: "if (written.size > 0) return { id, status: 'written' }",
    faults: ['rewritten-in-part'],
    people: 120,
  },
  {
    name: 'outcome-by-place',
    why: 'outcomes are matched by their place in the answer instead of by id',
    file: 'connectors/hubspot/push-outcomes.ts',
    find: "if (written.has(id)) return { id, status: 'written' }",
    replace: "if (batch.indexOf(write) < answer.results.length) return { id, status: 'written' }",
    faults: ['rewritten-in-part'],
    people: 120,
  },
  {
    name: 'success-false-is-success',
    why: 'a record that Salesforce refuses with status 200 is taken for written',
    file: 'connectors/salesforce/push-send.ts',
    find: 'answers.set(id, result.success ? [] : problemsOf(result))',
    replace: 'answers.set(id, [])',
    faults: ['rewritten-under-locks'],
    people: 120,
  },
  {
    name: 'writes-what-stands',
    why: 'values are written although they stand there: calls, and triggers of the customer',
    file: 'jobs/write-back.ts',
    find: '([name, value]) => (isAgain || written?.[name] !== value) && ours(name),',
    replace: '([name]) => (isAgain || name in wanted) && ours(name),',
    faults: ['model-published', 'webhooks-duplicated'],
    people: 120,
  },
  {
    name: 'everything-is-news',
    why: 'every reading scores and keeps a receipt again: the echo of our writing never ends',
    file: 'jobs/verdicts.ts',
    find: 'return input.inputsHash !== row.inputsHash || input.model !== row.model || isRewritten(scored)',
    replace:
      'return input.inputsHash !== row.inputsHash || input.model !== null || isRewritten(scored)',
    faults: ['webhooks-duplicated', 'webhooks-disordered'],
    people: 120,
  },
  {
    name: 'acknowledged-before-sent',
    why: 'an answer that was lost is taken for a success',
    file: 'connectors/hubspot/push.ts',
    find: "if (isTransient(error)) return { as: 'late', outcomes: retryAll(batch, error) }\n    if (!(error instanceof HubspotRejected) || error.status === 403) throw error",
    replace:
      "if (isTransient(error)) return { as: 'late', outcomes: batch.map(({ subject }) => ({ id: subject.id, status: 'written' as const })) }\n    if (!(error instanceof HubspotRejected) || error.status === 403) throw error",
    faults: ['rewritten-in-vain'],
    people: 120,
  },
  {
    name: 'task-without-look-up',
    why: 'a task whose answer was lost is made again',
    file: 'connectors/hubspot/tasks.ts',
    find: 'if (await isThere(client, log, task)) return',
    replace: '',
    faults: ['task-answers-lost'],
    people: 120,
  },
]

const BORDER: readonly BadBuild[] = [
  {
    name: 'answered-before-stored',
    why: 'a webhook is answered, and lost when storing it fails',
    file: 'src/http/webhooks.ts',
    find: 'await inTime(traced(delivery, () => intake.store(delivery)))',
    replace: 'inTime(traced(delivery, () => intake.store(delivery))).catch(() => undefined)',
    faults: ['imported-in-vain'],
    people: 120,
  },
  {
    name: 'short-bodies-only',
    why: 'a batch of webhooks above 100 kB is refused, and dropped after ten tries',
    file: 'src/http/webhooks.ts',
    find: "const LONGEST_BODY = '10mb'",
    replace: "const LONGEST_BODY = '100kb'",
    faults: ['long-webhooks'],
    people: 400,
  },
]

/** Builds that a run of the chaos suite must find out. */
export const BAD_BUILDS: readonly BadBuild[] = [...QUEUE, ...READING, ...WRITING, ...BORDER]
