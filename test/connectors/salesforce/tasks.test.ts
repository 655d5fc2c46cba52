import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Task } from '../../../connectors/connector.ts'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { NOW } from './plain-server.ts'
import { openStage, type Stage } from './stage.ts'
import { record } from './writing-stage.ts'

const OWNER = idOf('User', 50)
const QUEUE = idOf('Group', 1)
const PERSON = idOf('Lead', 1)
const TASK: Task = {
  personId: PERSON,
  ownerId: OWNER,
  subject: 'Tier A lead: get in touch (score 91)',
  body: 'Why: asked for a <demo> & pricing',
  dueAt: NOW,
  key: 'k1',
}

let stage: Stage
beforeAll(async () => {
  const fields = { LastName: 'Owner', Username: 'owner@example.com', IsActive: true }
  stage = await openStage([
    { type: 'User', id: OWNER, fields, createdAt: 0 },
    { type: 'Group', id: QUEUE, fields: { Name: 'Queue', Type: 'Queue' }, createdAt: 0 },
    record('Lead', 1, { OwnerId: OWNER }),
    record('Lead', 2, { OwnerId: QUEUE }),
    record('Lead', 3, { OwnerId: OWNER }),
    record('Contact', 1, { OwnerId: OWNER }),
  ])
})
afterAll(() => stage.close())
beforeEach(() => stage.faults())

async function tasks(personId = PERSON): Promise<readonly Record<string, unknown>[]> {
  const found = await stage.lever('/__records?type=Task', undefined, 'GET')
  // The sandbox's own records; a wrong shape makes the expectation fail.
  const all = (found as { fields: Record<string, unknown> }[]).map(({ fields }) => fields)
  return all.filter((fields) => fields['WhoId'] === personId)
}

test('people are told with their owners; a queue is nobody', async () => {
  const people = [PERSON, idOf('Lead', 2), idOf('Contact', 1), idOf('Lead', 999)]
  expect([...(await stage.connection.owners(people))]).toEqual([
    [PERSON, OWNER],
    [idOf('Contact', 1), OWNER],
  ])
})

test('a task goes to the owner, once however often it is asked for', async () => {
  await stage.connection.createTask(TASK)
  await stage.connection.createTask(TASK)
  stage.clock.forward(3 * 86_400_000)
  await stage.connection.createTask({ ...TASK, dueAt: stage.clock.now() })
  const [task, ...others] = await tasks()
  expect(others).toEqual([])
  expect(task).toMatchObject({
    WhoId: PERSON,
    OwnerId: OWNER,
    Subject: TASK.subject,
    Status: 'Not Started',
    Priority: 'High',
    ActivityDate: '2026-11-01',
  })
  expect(task?.['Description']).toContain('asked for a <demo> & pricing')
})

test('another key is another task', async () => {
  await stage.connection.createTask({ ...TASK, key: 'k2' })
  expect(await tasks()).toHaveLength(2)
})

test('an answer that was lost makes no second task', async () => {
  const personId = idOf('Lead', 3)
  const task = { ...TASK, personId, key: 'k3' }
  await stage.faults({
    match: { method: 'POST', route: '/sobjects/Task', times: 1 },
    do: { kind: 'apply-then-reset' },
  })
  await expect(stage.connection.createTask(task)).rejects.toMatchObject({ name: 'CrmUnavailable' })
  await stage.connection.createTask(task)
  expect(await tasks(personId)).toHaveLength(1)
})

test('a queue can have no task, and no call is made for it', async () => {
  await stage.resetLedger()
  const task = { ...TASK, ownerId: QUEUE, key: 'k4' }
  await expect(stage.connection.createTask(task)).rejects.toMatchObject({ name: 'CrmRejected' })
  expect((await stage.ledger()).total).toBe(0)
})
