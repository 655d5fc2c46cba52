import { parseQuery } from '@jetstreamapp/soql-parser-js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  anyOf,
  countOf,
  id,
  idIn,
  moment,
  quoted,
  soql,
} from '../../../connectors/salesforce/soql.ts'

const LEAD = '00Q000000000001EAA'

test('a query is put together from its parts', () => {
  const query = soql({
    select: ['Id', 'Account.Name'],
    children: ['(SELECT ContactId FROM OpportunityContactRoles)'],
    from: 'Opportunity',
    where: [anyOf(['IsWon = true', 'IsClosed = false']), `Id > ${id('006000000000001')}`],
    orderBy: ['SystemModstamp', 'Id'],
    limit: 2000,
  })
  expect(query).toBe(
    'SELECT Id, Account.Name, (SELECT ContactId FROM OpportunityContactRoles) FROM Opportunity ' +
      "WHERE (IsWon = true OR IsClosed = false) AND Id > '006000000000001AAA' " +
      'ORDER BY SystemModstamp, Id LIMIT 2000',
  )
  expect(() => parseQuery(query)).not.toThrow()
})

test('a query without conditions has none', () => {
  expect(soql({ select: ['Id'], from: 'Lead' })).toBe('SELECT Id FROM Lead')
  expect(countOf({ from: 'Lead', where: ['IsDeleted = false'] })).toBe(
    'SELECT COUNT() FROM Lead WHERE IsDeleted = false',
  )
})

test('ids become 18 characters, and what is none is refused by name', () => {
  expect(idIn('Id', ['00Q000000000001', LEAD])).toBe(`Id IN ('${LEAD}','${LEAD}')`)
  expect(() => id("x' OR Id != '")).toThrow('is not a Salesforce id')
})

test('moments are written in UTC, unquoted', () => {
  expect(moment(new Date('2026-11-01T13:00:00+01:00'))).toBe('2026-11-01T12:00:00.000Z')
})

test.each(['Id; DROP', 'Id FROM Lead', "Na'me", '', 'A.', '1Id', 'Id,Name'])(
  '%j is no name',
  (name) => {
    expect(() => soql({ select: [name], from: 'Lead' })).toThrow('cannot be the name')
    expect(() => soql({ select: ['Id'], from: name })).toThrow('cannot be the name')
    expect(() => soql({ select: ['Id'], from: 'Lead', orderBy: [name] })).toThrow('name')
  },
)

/** What Salesforce makes of a literal, by its own list of escapes. */
function meaningOf(literal: string): string {
  const named: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }
  return literal.slice(1, -1).replace(/\\(?:u([0-9a-f]{4})|(.))/g, (_, code, one) => {
    return code ? String.fromCharCode(Number.parseInt(code, 16)) : (named[one] ?? one)
  })
}

test('no text escapes from its literal, and each is told as it is', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom("'", '\\', '"', '\n', '\r', '\0', '\u2028', 'a', ' ', '%') }),
  )
  fc.assert(
    fc.property(anyText, (text) => {
      const literal = quoted(text)
      expect(literal).toMatch(/^'(?:[^'\\\p{Cc}]|\\["'\\nrtbf]|\\u[0-9a-f]{4})*'$/su)
      expect(meaningOf(literal)).toBe(text)
    }),
  )
})

test('a parser sees one comparison, whatever the text says', () => {
  const hostile = fc.string({ unit: fc.constantFrom("'", '\\', 'a', ' ', ')', 'O', 'R', '=') })
  fc.assert(
    fc.property(hostile, (text) => {
      const { where } = parseQuery(
        soql({ select: ['Id'], from: 'Lead', where: [`Name = ${quoted(text)}`] }),
      )
      expect(where).not.toHaveProperty('right')
      expect(where).toMatchObject({ left: { field: 'Name', operator: '=' } })
    }),
  )
})
