import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import type { Task } from '../../../connectors/connector.ts'
import { contacts } from './records.ts'
import { openStage, type Stage } from './stage.ts'

const Tasks = z.object({
  results: z.array(z.object({ properties: z.record(z.string(), z.string().nullable()) })),
})
const PROPERTIES = 'hs_task_subject,hs_task_body,hubspot_owner_id,hs_task_status'

const TASK: Task = {
  personId: '1',
  ownerId: '101',
  subject: 'Tier A lead: get in touch (score 91)',
  body: 'Why: asked for a <demo> & pricing',
  dueAt: new Date('2026-11-01T12:00:00Z'),
  key: 'k1',
}

let stage: Stage
beforeAll(async () => {
  const owned = contacts(3).map((record) => ({
    ...record,
    properties: { ...record.properties, ...(record.id !== '3' && { hubspot_owner_id: '101' }) },
  }))
  stage = await openStage(owned)
})
afterAll(() => stage.close())
beforeEach(() => stage.faults())

async function tasks() {
  const { accessToken } = await stage.credentials.current()
  const headers = { authorization: `Bearer ${accessToken}` }
  const path = `/crm/objects/2026-09/tasks?limit=100&properties=${PROPERTIES}`
  const response = await fetch(`${stage.url}${path}`, { headers })
  return Tasks.parse(await response.json()).results.map(({ properties }) => properties)
}

test('people are told with their owners; who has none is not in the map', async () => {
  const owners = await stage.connection.owners(['1', '2', '3'])
  expect([...owners]).toEqual([
    ['1', '101'],
    ['2', '101'],
  ])
})

test('a task goes to the owner, once however often it is asked for', async () => {
  await stage.connection.createTask(TASK)
  await stage.connection.createTask(TASK)
  const [task, ...others] = await tasks()
  expect(others).toEqual([])
  expect(task).toMatchObject({
    hs_task_subject: TASK.subject,
    hubspot_owner_id: '101',
    hs_task_status: 'NOT_STARTED',
  })
  expect(task?.['hs_task_body']).toContain('asked for a &lt;demo&gt; &amp; pricing')
})

test('a task whose answer was lost is not made again', async () => {
  const other = { ...TASK, personId: '2', key: 'k2' }
  const route = '/objects/2026-09/tasks'
  await stage.faults({ match: { method: 'POST', route, nth: 1 }, do: { kind: 'apply-then-reset' } })
  await stage.connection.createTask(other).catch(() => undefined)
  await stage.connection.createTask(other)
  const ofOther = (await tasks()).filter((task) => task['hs_task_body']?.includes('k2'))
  expect(ofOther).toHaveLength(1)
})

test('an owner who is not there is a refusal', async () => {
  const stranger = { ...TASK, ownerId: '999', key: 'k3' }
  await expect(stage.connection.createTask(stranger)).rejects.toMatchObject({ name: 'CrmRejected' })
})
