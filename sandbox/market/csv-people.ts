import type { PortalRecord } from '../hubspot/record.ts'
import { type CompanyBook, companyOfPerson, place } from './csv-companies.ts'
import { closedDeal } from './csv-deals.ts'
import type { Fields } from './csv-fields.ts'
import { type LastActivity, lastActivity } from './csv-last-activity.ts'
import { parseMoment } from './csv-values.ts'
import {
  buyingRoles,
  functionWord,
  leadStatus,
  lifecycleStage,
  seniorityWord,
  trafficSource,
} from './csv-words.ts'
import type { IdSource } from './ids.ts'
import { iso } from './times.ts'

type Properties = Record<string, string>

/** One person of a people file: a company first named here, the contact, then what belongs to it. */
export function* recordsOfPerson(
  fields: Fields,
  book: CompanyBook,
  ids: IdSource,
  createdAt: number,
): Generator<PortalRecord, string> {
  const company = companyOfPerson(fields, book, createdAt)
  if (company.record !== undefined) yield company.record
  if (company.id === undefined && fields.amount('employees') !== undefined) {
    fields.note('a number of employees without a company, left out')
  }
  const activeAt = activityMoment(fields, createdAt)
  const active = activityOf(fields, activeAt)
  const id = ids.next('contacts')
  yield {
    type: 'contacts',
    id,
    properties: {
      ...personProperties(fields, active),
      ...(company.id !== undefined && { associatedcompanyid: company.id }),
    },
    ...(company.id !== undefined && {
      associations: [{ type: 'companies' as const, id: company.id, primary: true }],
    }),
    createdAt,
    updatedAt: Math.max(createdAt, activeAt),
  }
  if (active?.engagement !== undefined) yield engagementOf(id, active.engagement, ids, activeAt)
  const deal = closedDeal(fields, { contactId: id, companyId: company.id, createdAt }, ids)
  if (deal !== undefined) yield deal
  return id
}

function engagementOf(
  contactId: string,
  engagement: Pick<PortalRecord, 'type' | 'properties'>,
  ids: IdSource,
  at: number,
): PortalRecord {
  const id = ids.next(engagement.type)
  const associations = [{ type: 'contacts' as const, id: contactId }]
  return { ...engagement, id, associations, createdAt: at, updatedAt: at }
}

/** When the last activity was: its own date, else when the person was created. */
function activityMoment(fields: Fields, createdAt: number): number {
  const at = fields.moment('lastActivityAt')
  if (at !== undefined) return at
  const text = fields.text('lastActivity')
  // In some exports the column "Last Activity" holds the date.
  if (text !== undefined && parseMoment(text) !== undefined) {
    return fields.moment('lastActivity') ?? createdAt
  }
  return createdAt
}

function activityOf(fields: Fields, at: number): LastActivity | undefined {
  const text = fields.text('lastActivity')
  const dated = fields.text('lastActivityAt') !== undefined
  if (text === undefined || parseMoment(text) !== undefined) {
    const known = text !== undefined || dated
    return known ? { properties: { notes_last_updated: iso(at) } } : undefined
  }
  const effect = lastActivity(text, at)
  if (effect === undefined)
    fields.note('a last activity that the person did not do, left out', text)
  return effect
}

function personProperties(fields: Fields, active: LastActivity | undefined): Properties {
  const optedOut = fields.flag('optOut')
  const revenue = fields.amount('revenue')
  return {
    ...nameAndAddress(fields),
    ...texts(fields),
    ...place(fields),
    ...words(fields),
    ...visits(fields),
    ...(revenue !== undefined && { annualrevenue: String(revenue) }),
    ...(optedOut !== undefined && { hs_email_optout: String(optedOut) }),
    // Last: an unsubscription says more than an old "Do Not Email: No".
    ...active?.properties,
  }
}

function nameAndAddress(fields: Fields): Properties {
  const [first, last] = splitName(fields.text('fullName'))
  const firstname = fields.text('firstName') ?? first
  const lastname = fields.text('lastName') ?? last
  const email = fields.text('email')?.replace(/^mailto:/i, '')
  const usable = email === undefined || email.includes('@')
  if (!usable) fields.note('an e-mail address without @, left out')
  return {
    ...(email !== undefined && usable && { email }),
    ...(firstname !== undefined && { firstname }),
    ...(lastname !== undefined && { lastname }),
  }
}

function splitName(name: string | undefined): [first?: string, last?: string] {
  if (name === undefined) return []
  const gap = name.lastIndexOf(' ')
  return gap < 0 ? [name] : [name.slice(0, gap).trim(), name.slice(gap + 1)]
}

function texts(fields: Fields): Properties {
  const jobtitle = fields.text('title') ?? fields.text('occupation')
  const company = fields.text('companyName')
  const phone = fields.text('phone')
  const industry = fields.text('industry')
  return {
    ...(jobtitle !== undefined && { jobtitle }),
    ...(company !== undefined && { company }),
    ...(phone !== undefined && { phone }),
    ...(industry !== undefined && { industry }),
  }
}

/** Fields whose words HubSpot limits; what it would refuse is left out with a note. */
function words(fields: Fields): Properties {
  const source = fields.text('source')
  const origin = fields.text('origin')
  const stage = fields.word('lifecycle', lifecycleStage)
  const status = fields.word('leadStatus', leadStatus)
  const seniority = fields.word('seniority', seniorityWord)
  const jobFunction = fields.word('jobFunction', functionWord)
  const role = fields.word('buyerRole', buyingRoles)
  return {
    ...(source !== undefined && {
      hs_analytics_source: trafficSource(source) ?? 'OTHER_CAMPAIGNS',
      hs_analytics_source_data_1: source,
    }),
    ...(origin !== undefined && { hs_analytics_source_data_2: origin }),
    ...(stage !== undefined && { lifecyclestage: stage }),
    ...(status !== undefined && { hs_lead_status: status }),
    ...(seniority !== undefined && { seniority }),
    ...(jobFunction !== undefined && { job_function: jobFunction }),
    ...(role !== undefined && { hs_buying_role: role }),
  }
}

function visits(fields: Fields): Properties {
  const count = fields.amount('visits')
  const each = fields.amount('pagesPerVisit')
  const counted = fields.amount('pageViews')
  const views = counted ?? (count !== undefined && each !== undefined ? count * each : undefined)
  return {
    ...(count !== undefined && { hs_analytics_num_visits: String(Math.round(count)) }),
    ...(each !== undefined && { hs_analytics_average_page_views: String(each) }),
    ...(views !== undefined && { hs_analytics_num_page_views: String(Math.round(views)) }),
  }
}
