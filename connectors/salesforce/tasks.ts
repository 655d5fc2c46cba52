import { z } from 'zod'
import { CrmRejected } from '../../src/errors.ts'
import type { Task } from '../connector.ts'
import { CRM } from './api-version.ts'
import { rowsOf } from './id-query.ts'
import { to18 } from './ids.ts'
import type { Org } from './org.ts'
import { isUser } from './owners.ts'
import { Anything } from './schema.ts'

/** Characters of a task's subject and of its text. */
const SUBJECT_LENGTH = 255
const TEXT_LENGTH = 32_000
/** A key is given up after 30 days (jobs/create-tasks.ts); one more for clocks. */
const TRIED_FOR_MS = 31 * 86_400_000

/**
 * Creates a task, once for its key: Salesforce takes no such key, so the task carries it in its text.
 * @throws CrmRejected when it is for nobody who can have tasks
 */
export async function createTask(org: Org, task: Task): Promise<void> {
  if (!isUser(task.ownerId)) {
    throw new CrmRejected(CRM, 400, `${task.ownerId} is no user, and only users can have tasks`)
  }
  if (await isThere(org, task)) return
  const body = {
    WhoId: task.personId,
    OwnerId: task.ownerId,
    Subject: task.subject.slice(0, SUBJECT_LENGTH),
    Description: textOf(task),
    ActivityDate: dayOf(task.dueAt),
    Status: 'Not Started',
    Priority: 'High',
  }
  const path = '/sobjects/Task'
  await org.client.call({ method: 'POST', path, body, repeatable: false, answer: Anything })
}

const Existing = z.object({ Description: z.string().nullish() })

/** An answer may have been lost after the task was made. A text of that length cannot be searched for by the query. */
async function isThere(org: Org, { personId, key, dueAt }: Task): Promise<boolean> {
  const id = to18(personId)
  if (id === undefined) throw new CrmRejected(CRM, 400, `"${personId}" is no Salesforce id`)
  const since = new Date(dueAt.getTime() - TRIED_FOR_MS).toISOString()
  const q = `SELECT Description FROM Task WHERE WhoId = '${id}' AND CreatedDate >= ${since}`
  const tasks = await rowsOf(org, q, Existing)
  return tasks.some(({ Description }) => Description?.includes(mark(key)))
}

function textOf({ body, key }: Task): string {
  const end = `\n\n${mark(key)}`
  return `${body.slice(0, TEXT_LENGTH - end.length)}${end}`
}

function mark(key: string): string {
  return `Plumbline ${key}`
}

function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10)
}
