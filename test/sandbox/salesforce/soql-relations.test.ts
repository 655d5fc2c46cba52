import { expect, test } from 'vitest'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import type { NewRecord } from '../../../sandbox/salesforce/record-table.ts'
import { lead, ORG_START, openOrg, QueryPage } from '../org.ts'

const row = (type: NewRecord['type'], n: number, fields: NewRecord['fields']): NewRecord => ({
  type,
  id: idOf(type, n),
  fields,
  createdAt: ORG_START,
})

const SALES = [
  row('Account', 1, { Name: 'Alpha', Website: 'https://alpha.example' }),
  row('Contact', 1, { FirstName: 'Cy', LastName: 'Long', AccountId: idOf('Account', 1) }),
  row('Contact', 2, { LastName: 'Alone' }),
  row('Opportunity', 1, { Name: 'Deal', AccountId: idOf('Account', 1), StageName: 'Closed Won' }),
  row('Opportunity', 2, { Name: 'Open deal', StageName: 'Prospecting' }),
  row('OpportunityContactRole', 1, {
    OpportunityId: idOf('Opportunity', 1),
    ContactId: idOf('Contact', 1),
    IsPrimary: true,
  }),
  row('Group', 1, { Name: 'EMEA', Type: 'Queue' }),
  lead(9, { OwnerId: idOf('Group', 1) }),
]

test('fields of parents stand inside them, and missing parents are null', async () => {
  const { query } = await openOrg(SALES)
  const contacts = await query('SELECT Name, Account.Name, Account.Owner.Name FROM Contact')
  expect(contacts.body).toMatchObject({
    records: [
      {
        Name: 'Cy Long',
        Account: {
          attributes: { type: 'Account' },
          Name: 'Alpha',
          Owner: { attributes: { type: 'User' }, Name: 'Ada Admin' },
        },
      },
      { Name: 'Alone', Account: null },
    ],
  })
  const owned = await query("SELECT Owner.Name FROM Lead WHERE Owner.Name = 'emea'")
  expect(owned.body).toMatchObject({
    records: [{ Owner: { attributes: { type: 'Group' }, Name: 'EMEA' } }],
  })
  const sorted = await query('SELECT Name FROM Contact ORDER BY Account.Name DESC NULLS LAST')
  expect(sorted.body).toMatchObject({ records: [{ Name: 'Cy Long' }, { Name: 'Alone' }] })
})

test('children come within their parent, none at all as null', async () => {
  const { query } = await openOrg(SALES)
  const reply = await query(
    `SELECT Name, IsWon, IsClosed, (SELECT ContactId, Contact.Name FROM OpportunityContactRoles
       WHERE IsPrimary = true OR Role = 'User') FROM Opportunity ORDER BY Name`,
  )
  expect(reply.body).toMatchObject({
    records: [
      {
        Name: 'Deal',
        IsWon: true,
        IsClosed: true,
        OpportunityContactRoles: {
          totalSize: 1,
          done: true,
          records: [{ ContactId: idOf('Contact', 1), Contact: { Name: 'Cy Long' } }],
        },
      },
      { Name: 'Open deal', IsWon: false, IsClosed: false, OpportunityContactRoles: null },
    ],
  })
})

test('the children of every parent have an order and a limit of their own', async () => {
  const task = (n: number, who: number, Subject: string) =>
    row('Task', n, { WhoId: idOf('Lead', who), Subject, Status: 'Completed' })
  const { query } = await openOrg([
    lead(1),
    lead(2),
    lead(3),
    task(1, 1, 'c'),
    task(2, 2, 'b'),
    task(3, 1, 'a'),
    task(4, 1, 'B'),
  ])
  const reply = await query(
    'SELECT Id, (SELECT Subject FROM Tasks ORDER BY Subject DESC LIMIT 2) FROM Lead ORDER BY Id',
  )
  expect(reply.body).toMatchObject({
    records: [
      { Tasks: { totalSize: 2, records: [{ Subject: 'c' }, { Subject: 'B' }] } },
      { Tasks: { totalSize: 1, records: [{ Subject: 'b' }] } },
      { Tasks: null },
    ],
  })
  const nobody = await query("SELECT (SELECT Id FROM Tasks) FROM Lead WHERE City = 'Graz'")
  expect(nobody.body).toEqual({ totalSize: 0, done: true, records: [] })
})

test('a filter may ask another object', async () => {
  const { query } = await openOrg(SALES)
  const names = async (where: string) => {
    const reply = await query(`SELECT Name FROM Contact WHERE ${where}`)
    return QueryPage.parse(reply.body).records.map((record) => record['Name'])
  }
  const roles = '(SELECT ContactId FROM OpportunityContactRole WHERE IsPrimary = true)'
  expect(await names(`Id IN ${roles}`)).toEqual(['Cy Long'])
  expect(await names(`Id NOT IN ${roles}`)).toEqual(['Alone'])
  const opportunities = "(SELECT AccountId FROM Opportunity WHERE StageName = 'Closed Won')"
  expect(await names(`AccountId IN ${opportunities}`)).toEqual(['Cy Long'])
})
