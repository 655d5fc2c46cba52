import { afterAll, describe, expect, it } from 'vitest'
import { fieldOf } from '../../sandbox/market/csv-columns.ts'
import { createCsvFolder, readAll } from './csv-files.ts'
import { type MarketRecord, NOW } from './market-records.ts'

const folder = createCsvFolder()
afterAll(() => folder.remove())

const DAY = 86_400_000
const of = (records: readonly MarketRecord[], type: MarketRecord['type']) =>
  records.filter((record) => record.type === type)

describe('column names', () => {
  it.each([
    ['Email', 'email'],
    ['E-mail Address', 'email'],
    ['FIRST_NAME', 'firstName'],
    ['Last Name', 'lastName'],
    ['Job Title', 'title'],
    ['Title', 'title'],
    ['Account Name', 'companyName'],
    ['Company / Account', 'companyName'],
    ['Company domain name', 'domain'],
    ['Country/Region', 'country'],
    ['State/Region', 'state'],
    ['No. of Employees', 'employees'],
    ['employee_band', 'employees'],
    ['Annual Revenue', 'revenue'],
    ['estimated_revenue_band', 'revenue'],
    ['Lead Source', 'source'],
    ['Lifecycle Stage', 'lifecycle'],
    ['Create Date', 'createdAt'],
    ['Do Not Email', 'optOut'],
    ['Opted Out', 'optOut'],
    ['TotalVisits', 'visits'],
    ['What is your current occupation', 'occupation'],
    ['Prospect ID', 'personId'],
    ['Lead Number', 'personId'],
    ['Converted', 'outcome'],
    ['role_function', 'jobFunction'],
    ['Magazine', undefined],
    ['constructor', undefined],
    ['__proto__', undefined],
  ])('%o means %o', (name, field) => expect(fieldOf(name)).toBe(field))
})

describe('a people file', () => {
  it('becomes contacts with the standard properties', async () => {
    const file = folder.write(
      'people.csv',
      [
        'First Name,Last Name,E-mail Address,Job Title,Account Name,Country,State/Region,City,Phone,Industry,' +
          'Annual Revenue,Lead Source,Lifecycle Stage,Lead Status,Opted Out,TotalVisits,Page Views Per Visit,' +
          'Seniority,role_function,Buying Role,Created',
        'Ada,Marrholt,ada@firm.example,CTO,"Firm, Inc.",Deutschland,Bayern,München,+49 30 1,Software,' +
          '$10M-$50M,Google,MQL,New,Yes,4,2.5,c_suite,it_director,Decision Maker,2026-01-02',
      ].join('\n'),
    )
    const { records, notes } = await readAll(file)
    const [company, contact] = records
    const properties = {
      firstname: 'Ada',
      lastname: 'Marrholt',
      email: 'ada@firm.example',
      jobtitle: 'CTO',
      company: 'Firm, Inc.',
      associatedcompanyid: company?.id,
      country: 'Deutschland',
      state: 'Bayern',
      city: 'München',
      phone: '+49 30 1',
      industry: 'Software',
      annualrevenue: '30000000',
      hs_analytics_source: 'ORGANIC_SEARCH',
      hs_analytics_source_data_1: 'Google',
      lifecyclestage: 'marketingqualifiedlead',
      hs_lead_status: 'NEW',
      hs_email_optout: 'true',
      hs_analytics_num_visits: '4',
      hs_analytics_average_page_views: '2.5',
      hs_analytics_num_page_views: '10',
      seniority: 'c_level',
      job_function: 'it',
      hs_buying_role: 'DECISION_MAKER',
    }
    expect(contact?.properties).toEqual(properties)
    const createdAt = Date.UTC(2026, 0, 2)
    const associations = [{ type: 'companies', id: company?.id, primary: true }]
    expect(contact).toMatchObject({
      type: 'contacts',
      createdAt,
      updatedAt: createdAt,
      associations,
    })
    expect(company).toMatchObject({ type: 'companies', properties: { name: 'Firm, Inc.' } })
    expect(notes).toEqual([])
  })

  it('makes one company of all spellings of its name', async () => {
    const file = folder.write(
      'people.csv',
      'Email,Company\na@a.example,"ACME, Inc."\nb@a.example,Acme Inc\nc@a.example,acme\nd@b.example,Acme Tools\n',
    )
    const { records } = await readAll(file)
    expect(of(records, 'companies').map(({ properties }) => properties['name'])).toEqual([
      'ACME, Inc.',
      'Acme Tools',
    ])
    const [first, second, third, fourth] = of(records, 'contacts')
    expect(second?.properties['associatedcompanyid']).toBe(first?.properties['associatedcompanyid'])
    expect(third?.associations).toEqual(first?.associations)
    expect(fourth?.associations).not.toEqual(first?.associations)
  })

  it('splits full names, takes people without an address, and an occupation as title', async () => {
    const file = folder.write(
      'people.csv',
      'Name,What is your current occupation,Email\nAda van Marr,Student,Select\nZoë,Working Professional,not-an-address\n',
    )
    const { records, notes } = await readAll(file)
    expect(records.map(({ properties }) => properties)).toEqual([
      { firstname: 'Ada van', lastname: 'Marr', jobtitle: 'Student' },
      { firstname: 'Zoë', jobtitle: 'Working Professional' },
    ])
    expect(notes).toContainEqual(expect.stringMatching(/e-mail address without @, left out/))
    expect(notes).toContainEqual(expect.stringMatching(/unknown in column "Email": "Select" \(1×/))
  })

  it('gives people without a creation date one just before now, in the order of the rows', async () => {
    const { records } = await readAll(
      folder.write('people.csv', 'Email\na@a.example\nb@a.example\n'),
    )
    const [first, second] = records.map(({ createdAt }) => createdAt)
    expect(NOW - Number(first)).toBeGreaterThan(DAY - 60_000)
    expect(Number(second)).toBeGreaterThan(Number(first))
    expect(Number(second)).toBeLessThan(NOW)
  })

  it('leaves dates ahead of now, numbers that are none and unknown words out, once per kind', async () => {
    const file = folder.write(
      'people.csv',
      'Email,Created,TotalVisits,Lifecycle Stage\na@a.example,2031-01-01,lots,Pirate\nb@a.example,2031-01-02,-3,Pirate\n',
    )
    const { records, notes } = await readAll(file)
    expect(records.map(({ properties }) => properties)).toEqual([
      { email: 'a@a.example' },
      { email: 'b@a.example' },
    ])
    expect(notes).toEqual([
      'people.csv: no date before now in column "Created", left out: "2031-01-01", "2031-01-02" (2×, first in line 2)',
      'people.csv: no creation date: taken as one day ago (2×, first in line 2)',
      'people.csv: no word that HubSpot knows in column "Lifecycle Stage", left out: "Pirate" (2×, first in line 2)',
      'people.csv: no number in column "TotalVisits", left out: "lots", "-3" (2×, first in line 2)',
    ])
  })

  it('tells all columns it left out in one line', async () => {
    const file = folder.write('people.csv', 'Email,Magazine,,Taste\na@a.example,No,x,sweet\n')
    const { notes } = await readAll(file)
    expect(notes[0]).toBe(
      'people.csv: columns not understood, left out: "Magazine", number 3 (without a name), "Taste"',
    )
  })

  it('makes a deal of what was converted and what was not, none where nothing is said', async () => {
    const file = folder.write(
      'people.csv',
      'Email,Converted,Created,Converted Date\na@a.example,1,2026-01-02,2026-02-03\nb@a.example,0,2026-01-02,\nc@a.example,,2026-01-02,\n',
    )
    const { records } = await readAll(file)
    const [first, second] = of(records, 'contacts')
    expect(of(records, 'deals')).toMatchObject([
      {
        properties: {
          dealstage: 'closedwon',
          hs_is_closed: 'true',
          hs_is_closed_won: 'true',
          closedate: '2026-02-03T00:00:00.000Z',
        },
        associations: [{ type: 'contacts', id: first?.id }],
      },
      {
        properties: { dealstage: 'closedlost', hs_is_closed: 'true', hs_is_closed_won: 'false' },
        associations: [{ type: 'contacts', id: second?.id }],
      },
    ])
  })
})
