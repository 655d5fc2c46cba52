import type { PortalRecord } from '../hubspot/record.ts'
import { idOf } from './ids.ts'
import { linked, primaryCompany, type Survey } from './market-survey.ts'
import { fateOf, NOT_PROVIDED, type OrgRow, personId } from './translate-people.ts'
import { day, filled, momentOf, numberOf, ownFields, wholeNumberOf } from './translate-values.ts'

/** A close date is required; without one a deal is expected to take so long. */
const EXPECTED_DAYS = 30

const KNOWN_PROPERTIES: ReadonlySet<string> = new Set([
  'name',
  'domain',
  'description',
  'industry',
  'numberofemployees',
  'annualrevenue',
  'country',
  'state',
  'city',
  'type',
  'founded_year',
])

/** A company as Account. */
export function accountRow(record: PortalRecord): OrgRow {
  const { id, properties, mergedInto } = record
  const { domain } = properties
  const winner = mergedInto === undefined ? undefined : idOf('Account', Number(mergedInto))
  const { merged, times } = fateOf(record, winner)
  const fields = filled({
    Name: properties['name'] || domain || NOT_PROVIDED,
    Website: domain && `https://${domain}`,
    Description: properties['description'],
    Industry: properties['industry'],
    NumberOfEmployees: wholeNumberOf(properties['numberofemployees']),
    AnnualRevenue: numberOf(properties['annualrevenue']),
    BillingCountry: properties['country'],
    BillingState: properties['state'],
    BillingCity: properties['city'],
    Type: properties['type'],
    Founded_Year__c: wholeNumberOf(properties['founded_year']),
    ...ownFields(properties, KNOWN_PROPERTIES),
    ...merged,
  })
  return { type: 'Account', id: idOf('Account', Number(id)), fields, ...times, key: id }
}

/** A deal as Opportunity, with a role for each of its Contacts; a Lead can have none. */
export function* dealRows(
  record: PortalRecord,
  survey: Survey,
  nextRole: () => string,
): Generator<OrgRow> {
  const { properties } = record
  const { times } = fateOf(record)
  const id = idOf('Opportunity', Number(record.id))
  const contacts = linked(record, 'contacts').filter((key) => survey.personType(key) === 'Contact')
  const companyId = primaryCompany(record) ?? survey.companyIdOf(contacts[0] ?? '')
  const closedAt = momentOf(properties['closedate'])
  const fields = filled({
    Name: properties['dealname'] || NOT_PROVIDED,
    AccountId: companyId && idOf('Account', Number(companyId)),
    StageName: properties['dealstage'] || 'Prospecting',
    Amount: numberOf(properties['amount']),
    CloseDate: closedAt === undefined ? day(times.createdAt, EXPECTED_DAYS) : day(closedAt),
    IsClosed: properties['hs_is_closed'] === 'true',
    IsWon: properties['hs_is_closed_won'] === 'true',
  })
  yield { type: 'Opportunity', id, fields, ...times }
  for (const [index, key] of contacts.entries())
    yield {
      type: 'OpportunityContactRole',
      id: nextRole(),
      fields: filled({
        OpportunityId: id,
        ContactId: personId(survey, key),
        IsPrimary: index === 0,
      }),
      createdAt: times.createdAt,
      modifiedAt: times.createdAt,
      ...(times.isDeleted && { isDeleted: true, stampedAt: times.stampedAt }),
    }
}
