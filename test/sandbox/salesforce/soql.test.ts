import { expect, test } from 'vitest'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import type { NewRecord } from '../../../sandbox/salesforce/record-table.ts'
import { lead, ORG_START, openOrg, QueryPage } from '../org.ts'

const AT = ORG_START - 86_400_000
const row = (type: NewRecord['type'], n: number, fields: NewRecord['fields']): NewRecord => ({
  type,
  id: idOf(type, n),
  fields,
  createdAt: AT,
})

const PEOPLE = [
  lead(1, { FirstName: 'Ada', Email: 'ada@alpha.example', City: 'Graz', NumberOfEmployees: 2 }),
  lead(2, { FirstName: 'Bob', Email: 'BOB@beta.example', City: 'wien', NumberOfEmployees: 10 }),
  lead(3, {
    City: 'Linz 100%_\\',
    IsConverted: true,
    ConvertedDate: '2026-10-05',
    EmailBouncedDate: '2026-10-05T08:00:00.000Z',
    LeadSource: "Bob's",
  }),
]

async function numbers(where: string, records: NewRecord[] = PEOPLE) {
  const { query } = await openOrg(records)
  const reply = await query(`SELECT Id FROM Lead WHERE ${where} ORDER BY Id`)
  const ids = new Map(records.map(({ id }, index) => [id, index + 1]))
  return QueryPage.parse(reply.body).records.map((record) => ids.get(String(record['Id'])))
}

test.for<[string, number[]]>([
  ["City = 'GRAZ'", [1]],
  ["City != 'Graz'", [2, 3]],
  ['FirstName = null', [3]],
  ["FirstName = ''", [3]],
  ['FirstName != null', [1, 2]],
  ["FirstName != 'Ada'", [2, 3]],
  ['NumberOfEmployees < 10', [1]],
  ['NumberOfEmployees <= 10', [1, 2]],
  ['NumberOfEmployees > 2.5', [2]],
  ['NumberOfEmployees >= -2', [1, 2]],
  ['NOT NumberOfEmployees > 2', [1, 3]],
  ['NOT (NumberOfEmployees = 2 OR NumberOfEmployees = 10)', [3]],
  ["City IN ('graz', 'WIEN')", [1, 2]],
  ["Email NOT IN ('ada@alpha.example')", [2, 3]],
  ["Email IN ('ada@alpha.example', null)", [1, 3]],
  ["Email LIKE 'b%@BETA.example'", [2]],
  ["City LIKE 'w_en'", [2]],
  ["City LIKE '%100\\%\\_\\\\'", [3]],
  ["NOT City LIKE 'w%'", [1, 3]],
  ["LeadSource = 'Bob\\'s'", [3]],
  ["Name = 'ada person 1'", [1]],
  ['IsConverted = true', [3]],
  ['IsConverted = FALSE', [1, 2]],
  ['HasOptedOutOfEmail != true', [1, 2, 3]],
  ['ConvertedDate >= 2026-10-05', [3]],
  ['ConvertedDate = LAST_N_DAYS:30', [3]],
  ['ConvertedDate = LAST_MONTH', [3]],
  ['ConvertedDate < TODAY', [3]],
  ['EmailBouncedDate = 2026-10-05T10:00:00+02:00', [3]],
  ['EmailBouncedDate > 2026-10-05T08:00:00.000Z', []],
  ['CreatedDate = YESTERDAY', [1, 2, 3]],
  ['CreatedDate < YESTERDAY', []],
  ['CreatedDate > LAST_N_DAYS:1', []],
  [`Id = '${idOf('Lead', 2).slice(0, 15)}'`, [2]],
  [`Id > '${idOf('Lead', 1)}' AND Id <= '${idOf('Lead', 2)}'`, [2]],
  [`OwnerId = '${idOf('User', 1)}' AND Owner.Name = 'ada admin'`, [1, 2, 3]],
  ["(City = 'Graz' AND NumberOfEmployees = 2) OR Lead.FirstName = 'bob'", [1, 2]],
])('WHERE %s finds %j', async ([where, found]) => {
  expect(await numbers(where)).toEqual(found)
})

test('a multi-select picklist includes one of several, or several together', async () => {
  const records = [
    row('Lead', 1, { LastName: 'A', Roles__c: 'Champion;Decision Maker' }),
    row('Lead', 2, { LastName: 'B', Roles__c: 'Champion' }),
    row('Lead', 3, { LastName: 'C' }),
  ]
  const { query, lever, call } = await openOrg(records)
  const made = await call('POST', 'tooling/sobjects/CustomField', {
    FullName: 'Lead.Roles__c',
    Metadata: {
      type: 'MultiselectPicklist',
      label: 'Roles',
      visibleLines: 4,
      valueSet: {
        valueSetDefinition: {
          sorted: false,
          value: [
            { fullName: 'Champion', default: false, label: 'Champion' },
            { fullName: 'Decision Maker', default: false, label: 'Decision Maker' },
          ],
        },
      },
    },
  })
  expect(made.status).toBe(201)
  const hidden = await query('SELECT Id FROM Lead WHERE Roles__c != null')
  expect(hidden).toMatchObject({ status: 400, body: [{ errorCode: 'INVALID_FIELD' }] })
  const sets = await lever('/__mutate', {
    op: 'insert',
    type: 'PermissionSet',
    fields: { Name: 'Ours', Label: 'Ours' },
  })
  const ParentId = String(Object(sets.body)['id'])
  for (const [type, fields] of [
    [
      'FieldPermissions',
      { ParentId, SobjectType: 'Lead', Field: 'Lead.Roles__c', PermissionsRead: true },
    ],
    ['PermissionSetAssignment', { PermissionSetId: ParentId, AssigneeId: idOf('User', 1) }],
  ])
    expect(await lever('/__mutate', { op: 'insert', type, fields })).toMatchObject({ status: 200 })
  const count = async (where: string) =>
    QueryPage.parse((await query(`SELECT Id FROM Lead WHERE ${where}`)).body).totalSize
  expect(await count("Roles__c INCLUDES ('champion;Decision Maker')")).toBe(1)
  expect(await count("Roles__c INCLUDES ('Decision Maker', 'Champion')")).toBe(2)
  expect(await count("Roles__c EXCLUDES ('Decision Maker')")).toBe(2)
})

test('counts and groups', async () => {
  const { query } = await openOrg([...PEOPLE, lead(4, { City: 'GRAZ' })])
  expect((await query('SELECT COUNT() FROM Lead')).body).toEqual({
    totalSize: 4,
    done: true,
    records: [],
  })
  const groups = await query(
    `SELECT City place, COUNT(Id), MAX(NumberOfEmployees) most, MIN(CreatedDate)
     FROM Lead WHERE City LIKE '%r%' GROUP BY City`,
  )
  expect(groups.body).toEqual({
    totalSize: 1,
    done: true,
    records: [
      {
        attributes: { type: 'AggregateResult' },
        place: expect.stringMatching(/graz/i),
        expr0: 2,
        most: 2,
        expr1: '2026-10-31T12:00:00.000+0000',
      },
    ],
  })
})

test('order: case does not count, what is empty comes first, ties go by id', async () => {
  const { query } = await openOrg([
    lead(1, { City: 'b' }),
    lead(2, { City: 'A' }),
    lead(3),
    lead(4, { City: 'a' }),
  ])
  const ids = async (order: string) => {
    const reply = await query(`SELECT Id FROM Lead ORDER BY ${order}`)
    const found = QueryPage.parse(reply.body).records.map((record) => String(record['Id']))
    return found.map((id) => Number(id.charAt(14)))
  }
  expect(await ids('City')).toEqual([3, 2, 4, 1])
  expect(await ids('City DESC NULLS LAST, Id DESC')).toEqual([1, 4, 2, 3])
  expect(await ids('CreatedDate DESC, Id DESC LIMIT 2 OFFSET 1')).toEqual([3, 2])
})

test.for<[string, string, string]>([
  ['SELECT Nope FROM Lead', 'INVALID_FIELD', "No such column 'Nope' on entity 'Lead'"],
  ['SELECT Id FROM Lead WHERE Nope = 1', 'INVALID_FIELD', "No such column 'Nope'"],
  ['SELECT Nope.Name FROM Lead', 'INVALID_FIELD', "Didn't understand relationship 'Nope'"],
  ['SELECT Account.Nope FROM Contact', 'INVALID_FIELD', "'Nope' on entity 'Account'"],
  ['SELECT Id FROM Nope', 'INVALID_TYPE', "sObject type 'Nope' is not supported"],
  ['SELECT Id, (SELECT Id FROM Nopes) FROM Lead', 'INVALID_TYPE', 'Nopes'],
  ['SELECT Id, FROM Lead', 'MALFORMED_QUERY', 'unexpected token'],
  ["SELECT Id FROM Lead WHERE City = 'a' AND City = 'b' OR City = 'c'", 'MALFORMED_QUERY', 'OR'],
  ['SELECT Id FROM Lead WHERE City = 3', 'INVALID_FIELD', 'must be of type string'],
  ["SELECT Id FROM Lead WHERE CreatedDate > '2026-01-01T00:00:00Z'", 'INVALID_FIELD', 'dateTime'],
  ["SELECT Id FROM Lead WHERE Id = 'x'", 'INVALID_QUERY_FILTER_OPERATOR', 'invalid ID field: x'],
  ["SELECT Id FROM Lead WHERE Description = 'x'", 'INVALID_FIELD', 'can not be filtered'],
  ['SELECT Id FROM Lead ORDER BY Description', 'MALFORMED_QUERY', 'can not be sorted'],
  ['SELECT Id, Id FROM Lead', 'MALFORMED_QUERY', 'duplicate field selected: Id'],
  ['SELECT City, COUNT(Id) FROM Lead', 'MALFORMED_QUERY', 'must be grouped'],
  ['SELECT Id FROM Lead OFFSET 2001', 'NUMBER_OUTSIDE_VALID_RANGE', '2000'],
  ['SELECT FIELDS(ALL) FROM Lead', 'MALFORMED_QUERY', 'LIMIT'],
  ['', 'MALFORMED_QUERY', 'missing'],
])('%s is refused with %s', async ([soql, errorCode, message]) => {
  const { query } = await openOrg()
  expect(await query(soql)).toMatchObject({
    status: 400,
    body: [{ errorCode, message: expect.stringContaining(message) }],
  })
})

test('a query that is too long for its address is not answered', async () => {
  const { query } = await openOrg()
  const reply = await query(`SELECT Id FROM Lead WHERE City = '${'x'.repeat(17_000)}'`)
  expect(reply.status).toBe(414)
})
