import { addHistory } from './history.ts'
import { changeAlong } from './merge.ts'
import type { Org } from './org.ts'
import type { Fields, SObjectType, StoredRecord } from './record.ts'
import { changeRecord, findRecord, insertRecord } from './record-table.ts'
import { transaction } from './store.ts'
import { type Actor, openContext, type SaveOptions, type WriteContext } from './writer-context.ts'
import { pointingTo } from './writer-delete.ts'
import { NOT_FOUND_ID, type SaveError, saveError } from './writer-result.ts'

export interface Conversion {
  readonly leadId: string
  /** The account that the person joins; a new one of the lead's company, where left out. */
  readonly accountId?: string
  /** The contact that the lead becomes part of; a new one, where left out. */
  readonly contactId?: string
  /** Its name makes an opportunity; none is made where it is left out. */
  readonly opportunityName?: string
}

export interface Converted {
  readonly leadId: string
  readonly accountId: string
  readonly contactId: string
  readonly opportunityId: string | null
}

/** What a contact takes over from the lead that it was. */
const TO_CONTACT: Readonly<Record<string, string>> = {
  FirstName: 'FirstName',
  LastName: 'LastName',
  Title: 'Title',
  Email: 'Email',
  Phone: 'Phone',
  MobilePhone: 'MobilePhone',
  LeadSource: 'LeadSource',
  HasOptedOutOfEmail: 'HasOptedOutOfEmail',
  DoNotCall: 'DoNotCall',
  EmailBouncedReason: 'EmailBouncedReason',
  EmailBouncedDate: 'EmailBouncedDate',
  City: 'MailingCity',
  State: 'MailingState',
  Country: 'MailingCountry',
  OwnerId: 'OwnerId',
}

const TO_ACCOUNT: Readonly<Record<string, string>> = {
  Company: 'Name',
  Website: 'Website',
  Industry: 'Industry',
  NumberOfEmployees: 'NumberOfEmployees',
  AnnualRevenue: 'AnnualRevenue',
  City: 'BillingCity',
  State: 'BillingState',
  Country: 'BillingCountry',
  OwnerId: 'OwnerId',
}

function taken(lead: StoredRecord, mapping: Readonly<Record<string, string>>): Fields {
  const pairs = Object.entries(mapping).flatMap(([from, to]) => {
    const value = lead.fields[from] ?? null
    return value === null ? [] : [[to, value] as const]
  })
  return Object.fromEntries(pairs)
}

function make(context: WriteContext, type: SObjectType, fields: Fields): string {
  const { org, actor, stamps } = context
  const whole = { ...fields, CreatedById: actor.userId, LastModifiedById: actor.userId }
  const { id } = insertRecord(org.store, {
    type,
    fields: whole,
    createdAt: stamps.stampedAt,
    ...(stamps.visibleAt !== undefined && { visibleAt: stamps.visibleAt }),
  })
  const changedFields = Object.keys(whole)
  context.tell({ entity: type, changeType: 'CREATE', changedFields, values: whole, id })
  return id
}

function makeOpportunity(
  context: WriteContext,
  lead: StoredRecord,
  { name, accountId, contactId }: { name: string; accountId: string; contactId: string },
): string {
  const close = new Date(context.stamps.stampedAt + 30 * 86_400_000)
  const opportunityId = make(context, 'Opportunity', {
    Name: name,
    AccountId: accountId,
    StageName: 'Qualification',
    CloseDate: close.toISOString().slice(0, 10),
    IsClosed: false,
    IsWon: false,
    LeadSource: lead.fields['LeadSource'] ?? null,
    OwnerId: lead.fields['OwnerId'] ?? context.actor.userId,
  })
  make(context, 'OpportunityContactRole', {
    OpportunityId: opportunityId,
    ContactId: contactId,
    IsPrimary: true,
  })
  return opportunityId
}

/** What the lead did is what the contact did, from now on. */
function followToContact(context: WriteContext, leadId: string, contactId: string): void {
  for (const type of ['Task', 'Event'] as const)
    for (const record of pointingTo(context.org, type, 'WhoId', leadId))
      if (!record.isDeleted) changeAlong(context, record, { WhoId: contactId })
  for (const member of pointingTo(context.org, 'CampaignMember', 'LeadId', leadId))
    if (!member.isDeleted) changeAlong(context, member, { ContactId: contactId })
}

/** Closes the lead. Its event names no LastModifiedDate, which is how a conversion is told from an edit. */
function closeLead(context: WriteContext, lead: StoredRecord, ids: Fields): void {
  const { org, actor, stamps } = context
  const fields: Fields = {
    Status: 'Closed - Converted',
    IsConverted: true,
    ConvertedDate: new Date(stamps.stampedAt).toISOString().slice(0, 10),
    ...ids,
  }
  changeRecord(org.store, 'Lead', lead.id, { ...fields, LastModifiedById: actor.userId }, stamps)
  addHistory(context, lead, { field: 'leadConverted', before: null, after: null })
  context.tell({
    entity: 'Lead',
    changeType: 'UPDATE',
    changedFields: Object.keys(fields),
    values: fields,
    id: lead.id,
  })
}

function objection(
  org: Org,
  lead: StoredRecord | undefined,
  wanted: Conversion,
): SaveError | undefined {
  if (!lead || lead.isDeleted) return NOT_FOUND_ID
  if (lead.fields['IsConverted'] === true)
    return saveError('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead')
  const targets = [
    wanted.accountId !== undefined && findRecord(org.store, 'Account', wanted.accountId),
    wanted.contactId !== undefined && findRecord(org.store, 'Contact', wanted.contactId),
  ]
  return targets.every((one) => one === false || (one && !one.isDeleted)) ? undefined : NOT_FOUND_ID
}

/** The account and contact that the lead becomes part of; made where they are not named. */
function placesFor(context: WriteContext, lead: StoredRecord, wanted: Conversion) {
  const contact =
    wanted.contactId === undefined
      ? undefined
      : findRecord(context.org.store, 'Contact', wanted.contactId)
  const own = contact?.fields['AccountId']
  const known = wanted.accountId ?? (typeof own === 'string' ? own : undefined)
  const accountId = known ?? make(context, 'Account', taken(lead, TO_ACCOUNT))
  const person = { ...taken(lead, TO_CONTACT), AccountId: accountId }
  return { accountId, contactId: wanted.contactId ?? make(context, 'Contact', person) }
}

function convert(context: WriteContext, lead: StoredRecord, wanted: Conversion): Converted {
  const { accountId, contactId } = placesFor(context, lead, wanted)
  const name = wanted.opportunityName
  const opportunityId =
    name === undefined ? null : makeOpportunity(context, lead, { name, accountId, contactId })
  followToContact(context, lead.id, contactId)
  closeLead(context, lead, {
    ConvertedAccountId: accountId,
    ConvertedContactId: contactId,
    ConvertedOpportunityId: opportunityId,
  })
  return { leadId: lead.id, accountId, contactId, opportunityId }
}

/**
 * Converts a lead, as a sales rep does: it becomes a contact in an account, with an opportunity where one is named,
 * and what it did goes over to the contact. Custom fields are not taken over: nothing maps them.
 */
export function convertLead(
  org: Org,
  actor: Actor,
  wanted: Conversion,
  options: SaveOptions,
): Converted | { readonly errors: readonly SaveError[] } {
  return transaction(org.store, () => {
    const lead = findRecord(org.store, 'Lead', wanted.leadId)
    const wrong = objection(org, lead, wanted)
    if (wrong || !lead) return { errors: [wrong ?? NOT_FOUND_ID] }
    const context = openContext(org, actor, options, 1)
    const converted = convert(context, lead, wanted)
    context.tellAll()
    return converted
  })
}
