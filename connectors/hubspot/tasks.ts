import type { Log } from '../../src/log.ts'
import type { Task } from '../connector.ts'
import { HUBSPOT_API_VERSION } from './api-version.ts'
import { readLinks } from './associations.ts'
import { readRecords } from './batch-read.ts'
import type { HubspotClient } from './client.ts'
import { Anything } from './schema.ts'

const OBJECTS = `/crm/objects/${HUBSPOT_API_VERSION}`
/** HubSpot's number for "task to contact". */
const TASK_TO_CONTACT = 204

/** Who owns each of these people; nobody: not in the map. */
export async function readOwners(
  client: HubspotClient,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const contacts = await readRecords(client, 'contacts', personIds, ['hubspot_owner_id'])
  return new Map(
    contacts.flatMap(({ id, properties }) => {
      const owner = properties['hubspot_owner_id']
      return owner ? [[id, owner] as const] : []
    }),
  )
}

/** Creates a task, once for its key: HubSpot takes no such key, so the task carries it in its text. */
export async function createTask(client: HubspotClient, log: Log, task: Task): Promise<void> {
  if (await isThere(client, log, task)) return
  const properties = {
    hs_task_subject: task.subject,
    hs_task_body: `${asHtml(task.body)}<br><br>${mark(task.key)}`,
    hs_task_status: 'NOT_STARTED',
    hs_task_type: 'TODO',
    hs_task_priority: 'HIGH',
    hs_timestamp: task.dueAt.toISOString(),
    hubspot_owner_id: task.ownerId,
  }
  const type = { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: TASK_TO_CONTACT }
  const associations = [{ to: { id: task.personId }, types: [type] }]
  const body = { properties, associations }
  const path = `${OBJECTS}/tasks`
  await client.call({ method: 'POST', path, body, repeatable: false, answer: Anything })
}

/** An answer may have been lost after the task was made. */
async function isThere(client: HubspotClient, log: Log, { personId, key }: Task): Promise<boolean> {
  const links = await readLinks(client, log, 'contacts', 'tasks', [personId])
  const ids = (links.get(personId) ?? []).map(({ id }) => id)
  const tasks = await readRecords(client, 'tasks', ids, ['hs_task_body'])
  return tasks.some(({ properties }) => properties['hs_task_body']?.includes(mark(key)))
}

function mark(key: string): string {
  return `Plumbline ${key}`
}

function asHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\n', '<br>')
}
