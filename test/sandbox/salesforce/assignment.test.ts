import { expect, test } from 'vitest'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { lead } from '../org.ts'
import { contact, part, record, writtenOrg } from './written-org.ts'

const ADMIN = idOf('User', 1)
const REP = idOf('User', 2)
const QUEUE = idOf('Group', 1)
const LEAD = idOf('Lead', 1)
const STAY = { 'sforce-auto-assign': 'FALSE' }

const HOT = { criteria: [{ field: 'Rating', value: 'Hot' }], owner: 'EMEA' }
const RULE = { id: idOf('AssignmentRule', 1), name: 'Standard', entries: [HOT] }

const PEOPLE = [
  record('User', 2, { LastName: 'Rep', Username: 'rep@example.com' }),
  record('Group', 1, { Name: 'EMEA Leads', DeveloperName: 'EMEA', Type: 'Queue' }),
]

async function routed(assignment: unknown, leads = [lead(1, { OwnerId: REP, Rating: 'Hot' })]) {
  const org = await writtenOrg([...PEOPLE, ...leads, contact(1, { OwnerId: REP })])
  const reply = await org.rules({ assignment })
  return {
    ...org,
    reply,
    owner: (n = 1) => org.fields('Lead', idOf('Lead', n))['OwnerId'],
    patch: (fields: object, headers: Record<string, string> = {}) =>
      org.call('PATCH', `sobjects/Lead/${LEAD}`, fields, headers),
    act: (inputs: unknown[]) =>
      org.call('POST', 'actions/standard/invocableApplyLeadAssignmentRules', { inputs }),
    counts: async () => (await org.lever('/__rules', undefined, 'GET')).body,
  }
}

test('any update of a lead moves its owner, unless the caller says FALSE', async () => {
  const org = await routed({ rules: [RULE] })
  expect((await org.patch({ Title: 'CEO' }, STAY)).status).toBe(204)
  expect(org.owner()).toBe(REP)
  expect(await org.counts()).toMatchObject({ ownerChanges: { byAutoAssign: 0, byAction: 0 } })
  await org.patch({ Title: 'CEO' })
  expect(org.owner()).toBe(QUEUE)
  await org.patch({ Title: 'CTO' })
  expect(await org.counts()).toMatchObject({ ownerChanges: { byAutoAssign: 1, byAction: 0 } })
  expect(org.all('LeadHistory').map(({ fields }) => fields)).toContainEqual(
    expect.objectContaining({ Field: 'Owner', OldValue: REP, NewValue: QUEUE }),
  )
})

test('collections and new leads go through the rule, contacts do not', async () => {
  const org = await routed({ rules: [RULE], defaultOwner: ADMIN }, [
    lead(1, { OwnerId: REP }),
    lead(2, { OwnerId: REP }),
  ])
  await org.collection([
    part('Lead', 1, { Rating: 'Hot' }),
    part('Lead', 2, { Rating: 'Cold' }),
    part('Contact', 1, { Title: 'CEO' }),
  ])
  expect([org.owner(1), org.owner(2)]).toEqual([QUEUE, ADMIN])
  expect(org.fields('Contact', idOf('Contact', 1))['OwnerId']).toBe(REP)
  const fields = { LastName: 'Doe', Company: 'Example', Rating: 'Hot' }
  await org.call('POST', 'sobjects/Lead', fields)
  await org.call('POST', 'sobjects/Lead', fields, STAY)
  expect([org.owner(3), org.owner(4)]).toEqual([QUEUE, ADMIN])
})

test('without a rule that matches a lead goes to the default owner, even where no rule is active', async () => {
  const org = await routed({ rules: [{ ...RULE, active: false }], defaultOwner: ADMIN })
  await org.patch({ Title: 'CEO' })
  expect(org.owner()).toBe(ADMIN)
})

test('an entry may say that the owner stays', async () => {
  const entries = [
    { criteria: [{ field: 'Rating', value: 'Hot' }], owner: ADMIN, keepOwner: true },
    { owner: ADMIN },
  ]
  const org = await routed({ rules: [{ ...RULE, entries }], defaultOwner: ADMIN })
  await org.patch({ Title: 'CEO' })
  expect(org.owner()).toBe(REP)
  await org.patch({ Rating: 'Cold' })
  expect(org.owner()).toBe(ADMIN)
})

test.for<[string, unknown, boolean]>([
  ['equals', 'hot', true],
  ['notEqual', 'Hot', false],
  ['startsWith', 'h', true],
  ['contains', 'o', true],
  ['contains', 'x', false],
])('%s %j holds for Hot: %s', async ([operator, value, holds]) => {
  const entries = [{ criteria: [{ field: 'Rating', operator, value }], owner: QUEUE }]
  const org = await routed({ rules: [{ ...RULE, entries }] })
  await org.patch({ Title: 'CEO' })
  expect(org.owner()).toBe(holds ? QUEUE : REP)
})

test.for<[string, number, boolean]>([
  ['greaterOrEqual', 10, true],
  ['greaterOrEqual', 11, false],
  ['lessThan', 10, false],
  ['lessThan', 11, true],
])('%s %d holds for 10: %s', async ([operator, value, holds]) => {
  const criterion = { field: 'NumberOfEmployees', operator, value }
  const org = await routed({
    rules: [{ ...RULE, entries: [{ criteria: [criterion], owner: QUEUE }] }],
  })
  await org.patch({ NumberOfEmployees: 10 })
  expect(org.owner()).toBe(holds ? QUEUE : REP)
})

test('a new lead can go through a rule that is named, active or not', async () => {
  const other = {
    id: idOf('AssignmentRule', 2),
    name: 'Other',
    active: false,
    entries: [{ owner: ADMIN }],
  }
  const org = await routed({ rules: [{ ...RULE, entries: [{ owner: QUEUE }] }, other] })
  const headers = { 'sforce-auto-assign': idOf('AssignmentRule', 2) }
  const fields = { LastName: 'Doe', Company: 'Example', OwnerId: REP }
  await org.call('POST', 'sobjects/Lead', fields, headers)
  expect(org.owner(2)).toBe(ADMIN)
  await org.patch({ Title: 'CEO' }, headers)
  expect(org.owner()).toBe(QUEUE)
})

test('two active rules are refused', async () => {
  const org = await routed({ rules: [RULE, RULE] })
  expect(org.reply).toMatchObject({
    status: 400,
    body: [{ message: expect.stringContaining('only one assignment rule can be active') }],
  })
})

test('the action gives the leads that it names to the owner of the rule', async () => {
  const org = await routed({ rules: [RULE] }, [
    lead(1, { OwnerId: REP, Rating: 'Hot' }),
    lead(2, { OwnerId: REP, Rating: 'Hot' }),
    lead(3, { OwnerId: QUEUE, Rating: 'Hot' }),
  ])
  org.clock.now += 9_000
  const reply = await org.act([{ leadId: LEAD }, { leadId: idOf('Lead', 3) }])
  const done = { actionName: 'invocableApplyLeadAssignmentRules', isSuccess: true }
  expect(reply).toMatchObject({ status: 200, body: [done, done] })
  expect([1, 2, 3].map(org.owner)).toEqual([QUEUE, REP, QUEUE])
  expect(await org.counts()).toMatchObject({ ownerChanges: { byAutoAssign: 0, byAction: 1 } })
  expect(org.stored('Lead', LEAD)?.stampedAt).toBe(org.clock.now)
})

test('the action says which leads it could not assign', async () => {
  const org = await routed({ rules: [RULE] })
  const failed = (statusCode: string) => ({
    isSuccess: false,
    outputValues: null,
    errors: [{ statusCode, message: expect.any(String), fields: [] }],
  })
  expect(await org.act([{ leadId: idOf('Lead', 9) }, {}, { leadId: LEAD }])).toMatchObject({
    status: 400,
    body: [failed('UNKNOWN_EXCEPTION'), failed('INVALID_API_INPUT'), { isSuccess: true }],
  })
})

test('the action takes 20 leads at a time', async () => {
  const org = await routed({ rules: [RULE] })
  const many = (count: number) => Array.from({ length: count }, () => ({ leadId: LEAD }))
  expect((await org.act(many(21))).status).toBe(400)
  expect(org.owner()).toBe(REP)
  expect((await org.act(many(20))).status).toBe(200)
})
