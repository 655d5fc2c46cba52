import { describe, expect, test } from 'vitest'
import { type DescribedField, factNameOf } from '../../../connectors/salesforce/describe.ts'
import { factFields, wishedFields } from '../../../connectors/salesforce/fact-fields.ts'
import { STANDARD_FIELDS } from '../../../connectors/salesforce/fields.ts'

const catalogOf = (...fields: DescribedField[]) =>
  new Map(fields.map((field) => [field.name.toLowerCase(), field]))
const custom = (name: string, type = 'string', length = 80) => ({
  name,
  type,
  length,
  custom: true,
})
const standard = STANDARD_FIELDS.Lead.map(({ property }) => ({ name: property, type: 'string' }))

const factsIn = async (...fields: DescribedField[]) => {
  const catalog = catalogOf(...fields)
  return await factFields('Lead', catalog, async (field) => catalog.has(field.toLowerCase()))
}

test.each([
  ['My_Field__c', 'my_field'],
  ['ns__My_Field__c', 'my_field'],
  ['MyField__c', 'my_field'],
  ['NumberOfEmployees', 'number_of_employees'],
  ['my_field', 'my_field'],
])('%s is like the fact %s', (name, fact) => expect(factNameOf(name)).toBe(fact))

describe('known facts', () => {
  test('come from standard fields, and from custom ones that are named like them', async () => {
    const { fields, hidden } = await factsIn(
      ...standard,
      custom('Buying_Role__c', 'multipicklist'),
      custom('pkg__Page_Views__c', 'string'),
      custom('Job_Function__c'),
      custom('Country__c'),
      custom('Region__c'),
    )
    expect(hidden).toEqual([])
    expect(fields.slice(STANDARD_FIELDS.Lead.length)).toEqual([
      { property: 'Buying_Role__c', fact: 'buying_role', type: 'buying roles' },
      { property: 'pkg__Page_Views__c', fact: 'page_views', type: 'number' },
      { property: 'Job_Function__c', fact: 'function', type: 'function' },
    ])
  })

  test('a hidden standard field is told, unless a custom one says the same', async () => {
    const shown = standard.filter(({ name }) => name !== 'Industry' && name !== 'City')
    const { fields, hidden } = await factsIn(...shown, custom('Industry__c', 'picklist'))
    expect(hidden).toEqual(['City'])
    expect(fields.at(-1)).toEqual({ property: 'Industry__c', fact: 'industry', type: 'text' })
  })

  test("the org's own field comes before a package's", async () => {
    const { fields } = await factsIn(...standard, custom('pkg__Visits__c'), custom('Visits__c'))
    expect(fields.at(-1)?.property).toBe('Visits__c')
  })
})

describe('wishes', () => {
  const catalog = catalogOf(
    ...standard,
    custom('Renewal_Date__c', 'date'),
    custom('pkg__Last_Seen__c', 'datetime'),
    custom('Tags__c', 'multipicklist'),
    custom('Is_Partner__c', 'boolean'),
    custom('Budget__c', 'currency'),
    custom('Plumbline_Score__c', 'double'),
    custom('ns__Plumbline_Score__c', 'double'),
    { name: 'SystemModstamp', type: 'datetime' },
    { name: 'MailingAddress', type: 'address' },
    { name: 'Rating', type: 'picklist' },
  )
  const wish = (...names: string[]) => wishedFields('Lead', catalog, names)

  test('by API name in any case, or by the fact-like name; the fact is called as it was asked for', () => {
    const { fields, unknown } = wish(
      'renewal_date__c',
      'last_seen',
      'tags',
      'is_partner',
      'budget',
      'rating',
    )
    expect(unknown).toEqual([])
    expect(fields).toEqual([
      { property: 'Renewal_Date__c', fact: 'renewal_date__c', type: 'date' },
      { property: 'pkg__Last_Seen__c', fact: 'last_seen', type: 'moment' },
      { property: 'Tags__c', fact: 'tags', type: 'list' },
      { property: 'Is_Partner__c', fact: 'is_partner', type: 'truth' },
      { property: 'Budget__c', fact: 'budget', type: 'number' },
      { property: 'Rating', fact: 'rating', type: 'text' },
    ])
  })

  test('not for what we write ourselves, for stamps, or for what has no value of its own', () => {
    const names = [
      'plumbline_score',
      'Plumbline_Score__c',
      'system_modstamp',
      'MailingAddress',
      'nothing',
    ]
    expect(wish(...names)).toEqual({ fields: [], unknown: names })
  })

  test('not again for facts that everybody has', () => {
    expect(wish('email', 'company_domain', 'buying_role')).toEqual({ fields: [], unknown: [] })
  })
})
