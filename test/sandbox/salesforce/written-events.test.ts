import { expect, test } from 'vitest'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { lead } from '../org.ts'
import { contact, part, record, writtenOrg } from './written-org.ts'

const [LEAD, OTHER] = [idOf('Lead', 1), idOf('Lead', 2)]
const ADMIN = idOf('User', 1)
const CLIENT = { 'sforce-call-options': 'client=Plumb/1, defaultNamespace=x' }
const REST = 'com/salesforce/api/rest/68.0'

test('a single write tells what changed, who did it and with which client', async () => {
  const org = await writtenOrg([lead(1, { Title: 'CEO' })])
  const fields = { Title: 'CTO', Company: 'Example' }
  await org.call('PATCH', `sobjects/Lead/${LEAD}`, fields, CLIENT)
  expect(org.events()).toEqual([
    {
      entity: 'Lead',
      type: 'UPDATE',
      ids: [LEAD],
      changed: expect.arrayContaining(['Title', 'LastModifiedDate']),
      user: ADMIN,
      origin: `${REST};client=Plumb/1`,
    },
  ])
  expect(org.events()[0]?.changed).not.toContain('Company')
})

test('a collection does not take the client’s name', async () => {
  const org = await writtenOrg([lead(1), lead(2)])
  await org.collection(
    [part('Lead', 1, { Title: 'CEO' }), part('Lead', 2, { Title: 'CEO' })],
    {},
    CLIENT,
  )
  expect(org.events().map(({ ids, origin }) => ({ ids, origin }))).toEqual([
    { ids: [LEAD, OTHER], origin: REST },
  ])
})

test('what is undone is not told', async () => {
  const org = await writtenOrg([lead(1)])
  const parts = [part('Lead', 1, { Title: 'CEO' }), part('Lead', 9, {})]
  await org.collection(parts, { allOrNone: true })
  expect(org.events()).toEqual([])
})

test('an owner that the rules changed is among the changes', async () => {
  const org = await writtenOrg([lead(1)])
  await org.rules({ assignment: { defaultOwner: idOf('User', 2) } })
  await org.call('PATCH', `sobjects/Lead/${LEAD}`, { Title: 'CEO' })
  expect(org.events()[0]?.changed).toEqual(expect.arrayContaining(['Title', 'OwnerId']))
})

test('a conversion is an update without a modification, and new records', async () => {
  const org = await writtenOrg([
    lead(1, { Email: 'jo@example.com' }),
    record('Task', 1, { WhoId: LEAD }),
  ])
  await org.lever('/__mutate', { op: 'convert', id: LEAD })
  expect(org.events().map(({ entity, type }) => `${entity} ${type}`)).toEqual(
    expect.arrayContaining(['Contact CREATE', 'Task UPDATE', 'Lead UPDATE']),
  )
  const converted = org.events().find(({ entity }) => entity === 'Lead')
  expect(converted?.changed).toContain('ConvertedContactId')
  expect(converted?.changed).not.toContain('LastModifiedDate')
  expect(converted?.origin).toBe('')
})

test('a merge tells of the loser’s end and of the winner', async () => {
  const org = await writtenOrg([contact(1), contact(2, { Title: 'CEO' })])
  const [id, loserId] = [idOf('Contact', 1), idOf('Contact', 2)]
  await org.lever('/__mutate', { op: 'merge', type: 'Contact', id, loserId })
  expect(org.events().map(({ type, ids }) => ({ type, ids }))).toEqual(
    expect.arrayContaining([
      { type: 'UPDATE', ids: [id] },
      { type: 'DELETE', ids: [loserId] },
    ]),
  )
})

test('into the recycle bin and out of it', async () => {
  const org = await writtenOrg([lead(1)])
  await org.call('DELETE', `sobjects/Lead/${LEAD}`)
  await org.lever('/__mutate', { op: 'undelete', type: 'Lead', id: LEAD })
  expect(org.events().map(({ type }) => type)).toEqual(['DELETE', 'UNDELETE'])
})
