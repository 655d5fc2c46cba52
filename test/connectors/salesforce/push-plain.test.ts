import { afterEach, expect, test } from 'vitest'
import type { Write } from '../../../connectors/connector.ts'
import { createBulk } from '../../../connectors/salesforce/bulk.ts'
import { DEFINITIONS } from '../../../connectors/salesforce/definitions.ts'
import { push } from '../../../connectors/salesforce/push.ts'
import { createWriting } from '../../../connectors/salesforce/writing.ts'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { silentLog } from '../helpers.ts'
import { json, noWishes, openClient, openPlain, tokensAt } from './plain-server.ts'

const lead = (n: number) => idOf('Lead', n)
const write = (n: number): Write => ({
  subject: { kind: 'person', id: lead(n) },
  values: { plumbline_score: '5' },
})

type Server = Awaited<ReturnType<typeof openPlain>>
let server: Server | undefined
afterEach(() => server?.close())

/** An org whose fields have these names, and that answers writes with what the test says. */
async function openOrg(nameOf: (field: string) => string, answer: unknown, status = 200) {
  server = await openPlain(({ method }, res) =>
    method === 'POST' ? json(res, 200, described(nameOf)) : json(res, status, answer),
  )
  const tokens = tokensAt(server.url)
  const { client, credentials, budget, clock, sleep, slept } = openClient({ tokens })
  const context = { credentials, budget, clock, log: silentLog, wishes: noWishes }
  const writing = createWriting({ client, context, bulk: createBulk(client, sleep), sleep })
  const { asked } = server
  return { asked, slept, push: (...writes: Write[]) => push(writing, writes) }
}

function described(nameOf: (field: string) => string) {
  const parts = { Lead: 'person', Contact: 'person', Account: 'company' } as const
  const compositeResponse = Object.entries(parts).map(([referenceId, kind]) => {
    const fields = DEFINITIONS[kind].map(({ field, describedAs, choices }) => ({
      name: nameOf(field),
      type: describedAs[0],
      updateable: true,
      restrictedPicklist: false,
      picklistValues: choices?.map(({ value }) => ({ value, active: true })) ?? [],
    }))
    return { referenceId, httpStatusCode: 200, httpHeaders: {}, body: { fields } }
  })
  return { compositeResponse }
}

const same = (field: string) => field

test('fields of a package are written by the names that it gave them', async () => {
  const { push: pushed, asked } = await openOrg(
    (field) => `pl__${field}`,
    [{ id: lead(1), success: true, errors: [] }],
  )
  expect(await pushed(write(1))).toEqual([{ id: lead(1), status: 'written' }])
  const sent = asked.find(({ method }) => method === 'PATCH')
  expect(JSON.parse(sent?.text ?? '')).toEqual({
    allOrNone: false,
    records: [{ attributes: { type: 'Lead' }, id: lead(1), pl__Plumbline_Score__c: 5 }],
  })
  expect(sent?.headers).toMatchObject({
    'sforce-auto-assign': 'FALSE',
    'sforce-duplicate-rule-header': 'allowSave=true',
  })
})

test('our fields are looked up once, not with every push', async () => {
  const { push: pushed, asked } = await openOrg(same, [{ id: lead(1), success: true }])
  await pushed(write(1))
  await pushed(write(1))
  expect(asked.map(({ method }) => method)).toEqual(['POST', 'PATCH', 'PATCH'])
})

test('records about which nothing is said are written again, whatever the place of the others', async () => {
  const answer = [{ id: lead(2), success: true }]
  const { push: pushed } = await openOrg(same, answer)
  const outcomes = new Map((await pushed(write(1), write(2), write(3))).map((one) => [one.id, one]))
  expect([1, 2, 3].map((n) => outcomes.get(lead(n))?.status)).toEqual(['retry', 'written', 'retry'])
})

test('an answer that names other records in our places is believed for nobody', async () => {
  const answer = [
    { id: lead(2), success: true },
    { id: lead(1), success: true },
  ]
  const { push: pushed } = await openOrg(same, answer)
  expect((await pushed(write(1), write(2))).map(({ status }) => status)).toEqual(['retry', 'retry'])
})

test.each([['statusCode'], ['errorCode']])('codes are read from %s', async (key) => {
  const errors = [{ [key]: 'STRING_TOO_LONG', message: 'Route: too large', fields: ['x'] }]
  const { push: pushed } = await openOrg(same, [{ success: false, errors }])
  expect(await pushed(write(1))).toEqual([
    {
      id: lead(1),
      status: 'rejected',
      reason: 'Route: too large (STRING_TOO_LONG). Shorten the name in the scoring model',
    },
  ])
})

test('a call that is refused for one record is made for smaller and smaller parts of it', async () => {
  const { push: pushed, asked } = await openOrg(
    same,
    [{ errorCode: 'MALFORMED_ID', message: 'bad id' }],
    400,
  )
  const outcomes = await pushed(write(1), write(2), write(3))
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(asked.filter(({ method }) => method === 'PATCH')).toHaveLength(5)
})

test('a call that is refused for want of a right is thrown, and looked into once', async () => {
  const { push: pushed } = await openOrg(
    same,
    [{ errorCode: 'INSUFFICIENT_ACCESS', message: 'no' }],
    403,
  )
  await expect(pushed(write(1))).rejects.toMatchObject({ name: 'CrmRejected', status: 403 })
})

test('contacts that were locked are written again account by account, one batch after the other', async () => {
  const contact = (n: number) => idOf('Contact', n)
  const ids = Array.from({ length: 60 }, (_, at) => contact(at + 1))
  const accountOf = (id: string) => idOf('Account', (ids.indexOf(id) % 3) + 1)
  const locked = { statusCode: 'UNABLE_TO_LOCK_ROW', message: 'busy', fields: [] }
  let sent = 0
  server = await openPlain(({ method, text }, res) => {
    if (method === 'POST') return json(res, 200, described(same))
    if (method === 'GET') {
      return json(res, 200, { records: ids.map((Id) => ({ Id, AccountId: accountOf(Id) })) })
    }
    sent += 1
    const written: { records: { id: string }[] } = JSON.parse(text)
    const answers = written.records.map(({ id }) =>
      sent === 1 ? { id, success: false, errors: [locked] } : { id, success: true, errors: [] },
    )
    return json(res, 200, answers)
  })
  const { client, credentials, budget, clock, sleep } = openClient({ tokens: tokensAt(server.url) })
  const context = { credentials, budget, clock, log: silentLog, wishes: noWishes }
  const writing = createWriting({ client, context, bulk: createBulk(client, sleep), sleep })
  const outcomes = await push(
    writing,
    ids.map((id) => ({ subject: { kind: 'person', id }, values: { plumbline_score: '5' } })),
  )
  expect(outcomes.every(({ status }) => status === 'written')).toBe(true)
  const again = server.asked.filter(({ method }) => method === 'PATCH').slice(1)
  const accounts = again.flatMap(({ text }) => {
    const { records }: { records: { id: string }[] } = JSON.parse(text)
    return records.map(({ id }) => accountOf(id))
  })
  expect(accounts).toEqual(accounts.toSorted())
  expect(accounts).toHaveLength(60)
})
