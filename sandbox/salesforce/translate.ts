import type { PortalRecord } from '../hubspot/record.ts'
import { type IdKind, idOf } from './ids.ts'
import { linked, type Survey } from './market-survey.ts'
import { engagement, type Happening, momentOfEngagement, rolledUp } from './translate-activities.ts'
import { type OrgRow, personId, personRows } from './translate-people.ts'
import { accountRow, dealRows } from './translate-sales.ts'
import { day, filled, wholeSecond } from './translate-values.ts'

/**
 * Makes the records of an org out of a market's, one by one. The same records in the same order give the
 * same ids. Besides the survey it keeps who was at which webinar.
 */
export function createTranslator(survey: Survey): (record: PortalRecord) => Generator<OrgRow> {
  const nextId = numbering()
  const campaigns = createCampaigns(nextId)

  function activityRow(happening: Happening, record: PortalRecord, whoKey: string): OrgRow {
    const { type, fields, at } = happening
    const companyId = survey.personType(whoKey) === 'Contact' && survey.companyIdOf(whoKey)
    const account = companyId ? { AccountId: idOf('Account', Number(companyId)) } : {}
    const who = filled({ WhoId: personId(survey, whoKey) })
    const createdAt = wholeSecond(at)
    const isDeleted = record.archivedAt !== undefined && record.type !== 'contacts'
    return {
      type,
      id: nextId(type),
      fields: { ...fields, ...who, ...account },
      createdAt,
      modifiedAt: Math.max(
        createdAt,
        record.type === 'contacts' ? 0 : wholeSecond(record.updatedAt),
      ),
      ...(isDeleted && { isDeleted }),
    }
  }

  function* rowsOfPerson(record: PortalRecord): Generator<OrgRow> {
    const rows = personRows(record, survey)
    yield* rows
    // Whoever was deleted took along what they did; a merge's winner shows it already.
    if (rows.length === 0 || rows[0]?.isDeleted) return
    for (const happening of rolledUp(record)) yield activityRow(happening, record, record.id)
  }

  function* rowsOfEngagement(record: PortalRecord): Generator<OrgRow> {
    const people = linked(record, 'contacts').filter((key) => survey.personType(key) !== undefined)
    const webinar = webinarOf(record)
    for (const key of people) {
      if (webinar !== undefined) yield* campaigns.attendance(record, webinar, key, survey)
      const happening = webinar === undefined ? engagement(record) : undefined
      if (happening) yield activityRow(happening, record, key)
    }
  }

  return function* translate(record) {
    if (record.type === 'companies') yield accountRow(record)
    else if (record.type === 'contacts') yield* rowsOfPerson(record)
    else if (record.type === 'deals')
      yield* dealRows(record, survey, () => nextId('OpportunityContactRole'))
    else yield* rowsOfEngagement(record)
  }
}

function numbering(): (kind: IdKind) => string {
  const given = new Map<IdKind, number>()
  return (kind) => {
    const n = (given.get(kind) ?? 0) + 1
    given.set(kind, n)
    return idOf(kind, n)
  }
}

/** The campaign's name, for a meeting that was a webinar. */
function webinarOf({ type, properties }: PortalRecord): string | undefined {
  const title = /^\s*webinar\s*:\s*(.*)$/is.exec(properties['hs_meeting_title'] ?? '')
  return type === 'meetings' && title ? `Webinar: ${title[1]}` : undefined
}

/** An invitation is all that is left of an outcome that says neither. */
const MEMBER_STATUS: Readonly<Record<string, string>> = {
  COMPLETED: 'Attended',
  NO_SHOW: 'No Show',
}

/** Somebody is a member of a campaign once: whoever comes again comes to another one of that name. */
function createCampaigns(nextId: (kind: IdKind) => string) {
  const campaigns = new Map<string, string[]>()
  const visits = new Map<string, number>()

  function* attendance(
    record: PortalRecord,
    name: string,
    whoKey: string,
    survey: Survey,
  ): Generator<OrgRow> {
    const at = wholeSecond(momentOfEngagement(record))
    const visit = visits.get(`${whoKey} ${name}`) ?? 0
    visits.set(`${whoKey} ${name}`, visit + 1)
    const known = campaigns.get(name) ?? []
    campaigns.set(name, known)
    const id = known[visit] ?? nextId('Campaign')
    if (known[visit] === undefined) {
      known.push(id)
      yield campaignRow(id, name, at)
    }
    yield memberRow(record, { id: nextId('CampaignMember'), campaignId: id, whoKey, at }, survey)
  }
  return { attendance }
}

function campaignRow(id: string, name: string, at: number): OrgRow {
  const fields = { Name: name, Type: 'Webinar', Status: 'Completed', IsActive: true }
  return { type: 'Campaign', id, fields, createdAt: at, modifiedAt: at }
}

function memberRow(
  record: PortalRecord,
  member: { id: string; campaignId: string; whoKey: string; at: number },
  survey: Survey,
): OrgRow {
  const { id, campaignId, whoKey, at } = member
  const status = MEMBER_STATUS[record.properties['hs_meeting_outcome'] ?? ''] ?? 'Sent'
  const hasResponded = status === 'Attended'
  const person = `${survey.personType(whoKey)}Id`
  const fields = filled({
    CampaignId: campaignId,
    [person]: personId(survey, whoKey),
    Status: status,
    HasResponded: hasResponded,
    FirstRespondedDate: hasResponded ? day(at) : null,
  })
  const isDeleted = record.archivedAt !== undefined
  return {
    type: 'CampaignMember',
    id,
    fields,
    createdAt: at,
    modifiedAt: Math.max(at, wholeSecond(record.updatedAt)),
    ...(isDeleted && { isDeleted }),
  }
}
