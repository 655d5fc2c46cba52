import { expect, test } from 'vitest'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { DATA, lead } from '../org.ts'
import { part, writtenOrg } from './written-org.ts'

const MAKE = {
  method: 'POST',
  url: `${DATA}/sobjects/Account`,
  referenceId: 'made',
  body: { Name: 'Example' },
}
const JOIN = {
  method: 'POST',
  url: `${DATA}/sobjects/Contact`,
  referenceId: 'joined',
  body: { LastName: 'Doe', AccountId: '@{made.id}' },
}
const ACCOUNT = idOf('Account', 1)
const CONTACT = idOf('Contact', 1)

type Org = Awaited<ReturnType<typeof writtenOrg>>

const compose = (org: Org, compositeRequest: unknown[], allOrNone = false) =>
  org.call('POST', 'composite', { allOrNone, compositeRequest })

const halted = (referenceId: string) => ({
  referenceId,
  httpStatusCode: 400,
  body: [{ errorCode: 'PROCESSING_HALTED' }],
})

test('a subrequest uses what one before it has made', async () => {
  const org = await writtenOrg()
  const change = {
    method: 'PATCH',
    url: `${DATA}/sobjects/Account/@{made.id}`,
    referenceId: 'changed',
    body: { Website: 'https://example.com' },
  }
  expect(await compose(org, [MAKE, JOIN, change])).toMatchObject({
    status: 200,
    body: {
      compositeResponse: [
        {
          referenceId: 'made',
          httpStatusCode: 201,
          httpHeaders: { Location: `${DATA}/sobjects/Account/${ACCOUNT}` },
          body: { id: ACCOUNT, success: true, errors: [] },
        },
        { referenceId: 'joined', httpStatusCode: 201, body: { id: CONTACT } },
        { referenceId: 'changed', httpStatusCode: 204, body: null },
      ],
    },
  })
  expect(org.fields('Contact', CONTACT)).toMatchObject({ AccountId: ACCOUNT })
  expect(org.fields('Account', ACCOUNT)).toMatchObject({ Website: 'https://example.com' })
})

test('what builds on a failure is halted, the rest goes on', async () => {
  const org = await writtenOrg([lead(1)])
  const change = {
    method: 'PATCH',
    url: `${DATA}/composite/sobjects`,
    referenceId: 'changed',
    body: { records: [part('Lead', 1, { Title: 'CEO' })] },
  }
  const { body } = await compose(org, [{ ...MAKE, body: {} }, JOIN, change])
  expect(body).toMatchObject({
    compositeResponse: [
      { httpStatusCode: 400, body: [{ errorCode: 'REQUIRED_FIELD_MISSING' }] },
      halted('joined'),
      { httpStatusCode: 200, body: [{ success: true }] },
    ],
  })
  expect(org.all('Contact')).toEqual([])
})

test('with allOrNone everything is undone, a collection’s part of it too', async () => {
  const org = await writtenOrg([lead(1)])
  const collection = (...records: unknown[]) => ({
    method: 'PATCH',
    url: `${DATA}/composite/sobjects`,
    referenceId: 'changed',
    body: { records },
  })
  const parts = [part('Lead', 1, { Title: 'CEO' }), part('Lead', 9, { Title: 'CEO' })]
  const { body } = await compose(org, [MAKE, collection(...parts), JOIN], true)
  expect(body).toMatchObject({
    compositeResponse: [
      halted('made'),
      { referenceId: 'changed', body: [{ success: true }, { success: false }] },
      halted('joined'),
    ],
  })
  expect([...org.all('Account'), ...org.all('Contact')]).toEqual([])
  expect(org.fields('Lead', idOf('Lead', 1))).not.toHaveProperty('Title')
})

test('an undone collection leaves alone what went before it in the same transaction', async () => {
  const org = await writtenOrg([lead(1)])
  const strict = {
    method: 'PATCH',
    url: `${DATA}/composite/sobjects`,
    referenceId: 'changed',
    body: {
      allOrNone: true,
      records: [part('Lead', 1, { Title: 'CEO' }), part('Lead', 9, {})],
    },
  }
  await compose(org, [MAKE, strict])
  expect(org.all('Account')).toHaveLength(1)
  expect(org.fields('Lead', idOf('Lead', 1))).not.toHaveProperty('Title')
})

test('headers of a subrequest are its own', async () => {
  const org = await writtenOrg([lead(1), lead(2)])
  await org.rules({ assignment: { defaultOwner: idOf('User', 7) } })
  const patch = (n: number, httpHeaders: Record<string, string>) => ({
    method: 'PATCH',
    url: `${DATA}/sobjects/Lead/${idOf('Lead', n)}`,
    referenceId: `lead${n}`,
    httpHeaders,
    body: { Title: 'CEO' },
  })
  await compose(org, [patch(1, { 'Sforce-Auto-Assign': 'FALSE' }), patch(2, {})])
  expect(org.fields('Lead', idOf('Lead', 1))).not.toHaveProperty('OwnerId')
  expect(org.fields('Lead', idOf('Lead', 2))).toMatchObject({ OwnerId: idOf('User', 7) })
})

test.for<[string, unknown[]]>([
  ['26 subrequests', Array.from({ length: 26 }, (_, n) => ({ ...MAKE, referenceId: `r${n}` }))],
  ['two with one name', [MAKE, MAKE]],
  ['no name', [{ ...MAKE, referenceId: '' }]],
])('%s are refused', async ([, requests]) => {
  const org = await writtenOrg()
  expect((await compose(org, requests)).status).toBe(400)
  expect(org.all('Account')).toEqual([])
})

test('an address that leads nowhere is a part that failed', async () => {
  const org = await writtenOrg()
  const { body } = await compose(org, [{ ...MAKE, url: `${DATA}/nonsense` }])
  expect(body).toMatchObject({ compositeResponse: [{ httpStatusCode: 404 }] })
})

test('what a query finds can be used, too', async () => {
  const org = await writtenOrg([lead(1, { Email: 'jo@example.com' })])
  const soql = encodeURIComponent("SELECT Id FROM Lead WHERE Email = 'jo@example.com'")
  const find = { method: 'GET', url: `${DATA}/query?q=${soql}`, referenceId: 'found' }
  const change = {
    method: 'PATCH',
    url: `${DATA}/sobjects/Lead/@{found.records[0].Id}`,
    referenceId: 'changed',
    body: { Title: 'CEO' },
  }
  const { body } = await compose(org, [find, change], true)
  expect(body).toMatchObject({
    compositeResponse: [
      { httpStatusCode: 200, body: { totalSize: 1 } },
      { referenceId: 'changed', httpStatusCode: 204 },
    ],
  })
  expect(org.fields('Lead', idOf('Lead', 1))).toMatchObject({ Title: 'CEO' })
})
