/**
 * An independent judge of the end state: reads a HubSpot portal through its HTTP API with plain requests,
 * computes the values of every live contact and company afresh from what it read, and compares them with what
 * these carry. It shares the meaning of fields and the pure functions with Plumbline, and none of its reading,
 * storing, queueing, limiting or writing.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { engagementActivities, rollUpActivities } from '../../connectors/hubspot/activities.ts'
import { toCompany, toPerson } from '../../connectors/hubspot/map.ts'
import type { EngagementType } from '../../connectors/hubspot/properties.ts'
import { READ_PROPERTIES } from '../../connectors/hubspot/properties.ts'
import { CrmObject } from '../../connectors/hubspot/schema.ts'
import { deriveCompany, derivePerson, mergeFacts } from '../../src/enrichment/derive.ts'
import { businessDomain } from '../../src/enrichment/identity.ts'
import type { FactMap } from '../../src/leads/facts.ts'
import { personName } from '../../src/leads/person-name.ts'
import type { ActivityRecord, CompanyRecord } from '../../src/leads/records.ts'
import type { AccountScorer } from '../../src/scoring/accounts/account-result.ts'
import { engagedAt } from '../../src/scoring/accounts/engaged-at.ts'
import type { Scorer } from '../../src/scoring/result.ts'
import { writtenValues } from '../../src/scoring/written-values.ts'
import {
  type JudgedPerson,
  judgeAccount,
  OURS_ON_COMPANIES,
  soleCompanies,
} from './account-oracle.ts'

const OURS = [
  'plumbline_score',
  'plumbline_fit',
  'plumbline_engagement',
  'plumbline_grade',
  'plumbline_tier',
  'plumbline_stage',
  'plumbline_action',
  'plumbline_reasons',
  'plumbline_route',
  'plumbline_model',
  'plumbline_scored_at',
]
const ENGAGEMENTS: readonly EngagementType[] = ['calls', 'emails', 'meetings', 'communications']

const List = z.object({
  results: z.array(z.looseObject({ id: z.string() })),
  paging: z.object({ next: z.object({ after: z.string() }) }).optional(),
})
const Linked = z.object({
  associations: z
    .object({
      contacts: z.object({ results: z.array(z.object({ id: z.string() })) }).optional(),
      companies: z.object({ results: z.array(z.object({ id: z.string() })) }).optional(),
    })
    .optional(),
})

export interface App {
  readonly clientId: string
  readonly clientSecret: string
}

/** What decides about people, and about accounts. */
export interface Judges {
  readonly scorer: Scorer
  readonly accounts: AccountScorer
}

export interface Verdict {
  readonly contacts: number
  readonly companies: number
  readonly archived: number
  /** One line per value that is not what it should be. */
  readonly differences: readonly string[]
}

/** Compares all of a portal. `paceMs` between calls keeps inside a portal's limits. */
export async function judgePortal(
  url: string,
  app: App,
  { scorer, accounts }: Judges,
  paceMs = 0,
): Promise<Verdict> {
  const read = reader(url, await consentToken(url, app), paceMs)
  const carried: CrmObject[] = []
  const onCompanies = [...READ_PROPERTIES.companies, ...OURS_ON_COMPANIES]
  for await (const raw of read('companies', onCompanies)) carried.push(CrmObject.parse(raw))
  const companies = new Map(carried.map((object) => [object.id, toCompany(object)]))
  const sole = soleCompanies(companies.values())
  const activities = await readActivities(read)
  const differences: string[] = []
  const people: JudgedPerson[] = []
  let contacts = 0
  const asked = [...READ_PROPERTIES.contacts, ...OURS]
  for await (const raw of read('contacts', asked, { associations: 'companies' })) {
    contacts += 1
    const judged = judgeContact(raw, companies, sole, activities, scorer)
    differences.push(...judged.differences)
    if (judged.person) people.push(judged.person)
  }
  const members = Map.groupBy(people, ({ companyId }) => companyId)
  for (const object of carried) {
    const company = toCompany(object)
    differences.push(...judgeAccount(object, company, members.get(object.id) ?? [], accounts))
  }
  let archived = 0
  for await (const raw of read('contacts', OURS, { archived: 'true' })) {
    archived += 1
    const { id, properties } = CrmObject.parse(raw)
    const carried = OURS.filter((name) => properties[name])
    if (carried.length > 0) differences.push(`archived ${id} carries ${carried.join(', ')}`)
  }
  return { contacts, companies: companies.size, archived, differences }
}

async function readActivities(read: Reader): Promise<ReadonlyMap<string, ActivityRecord[]>> {
  const byPerson = new Map<string, ActivityRecord[]>()
  for (const type of ENGAGEMENTS) {
    for await (const raw of read(type, READ_PROPERTIES[type], { associations: 'contacts' })) {
      const people = Linked.parse(raw).associations?.contacts?.results ?? []
      const ids = [...new Set(people.map(({ id }) => id))]
      for (const activity of engagementActivities(type, CrmObject.parse(raw), ids)) {
        byPerson.set(activity.personId, [...(byPerson.get(activity.personId) ?? []), activity])
      }
    }
  }
  return byPerson
}

function judgeContact(
  raw: unknown,
  companies: ReadonlyMap<string, CompanyRecord>,
  sole: ReadonlyMap<string, string>,
  engagements: ReadonlyMap<string, ActivityRecord[]>,
  scorer: Scorer,
): { readonly differences: readonly string[]; readonly person: JudgedPerson | null } {
  const contact = CrmObject.parse(raw)
  const { properties } = contact
  const scoredAt = properties['plumbline_scored_at']
  if (!scoredAt) return { differences: [`${contact.id} was never scored`], person: null }
  const linked = Linked.parse(raw).associations?.companies?.results[0]?.id
  const person = toPerson(contact, linked)
  const found = sole.get(businessDomain(person.facts) ?? '')
  const company = companies.get(person.companyId ?? '') ?? companies.get(found ?? '')
  const companyFacts: FactMap = company
    ? mergeFacts(company.facts, deriveCompany(company.facts))
    : {}
  const activities = [...rollUpActivities(contact), ...(engagements.get(contact.id) ?? [])]
  const facts = {
    person: mergeFacts(person.facts, derivePerson(person.facts, company?.facts)),
    company: companyFacts,
    activities: activities.map(({ sourceId, type, occurredAt, attributes }) => ({
      id: sourceId,
      type,
      at: occurredAt,
      attributes,
    })),
  }
  const result = scorer.score(facts, new Date(scoredAt))
  const differences = Object.entries(writtenValues(result))
    .filter(([name, value]) => (properties[name] ?? '') !== value)
    .map(([name, value]) => `${contact.id} ${name}: has "${properties[name]}", expected "${value}"`)
  return {
    differences,
    person: {
      id: contact.id,
      name: personName(facts.person),
      facts: facts.person,
      engagement: result.engagement,
      intent: result.intent,
      engagedAt: engagedAt(result),
      companyId: company?.id ?? null,
      scoredAt: new Date(scoredAt),
    },
  }
}

type Reader = (
  type: string,
  properties: readonly string[],
  extra?: Readonly<Record<string, string>>,
) => AsyncGenerator<{ id: string }>

function reader(url: string, bearer: string, paceMs: number): Reader {
  return async function* (type, properties, extra = {}) {
    let after: string | undefined
    do {
      const query = new URLSearchParams({
        limit: '100',
        properties: properties.join(','),
        ...extra,
      })
      if (after) query.set('after', after)
      await sleep(paceMs)
      const answer = await fetch(`${url}/crm/objects/2026-09/${type}?${query}`, {
        headers: { authorization: `Bearer ${bearer}` },
      })
      if (answer.status === 429) {
        await sleep(1_000)
        continue
      }
      const page = List.parse(await answer.json())
      yield* page.results
      after = page.paging?.next.after
      if (!after) return
    } while (true)
  }
}

/** Consents once more with an address of its own and buys a token. */
async function consentToken(url: string, app: App): Promise<string> {
  const redirect = 'http://127.0.0.1/judge'
  const scopes =
    'oauth crm.objects.contacts.read crm.objects.contacts.write crm.objects.companies.read crm.objects.companies.write ' +
    'crm.schemas.contacts.read crm.schemas.contacts.write crm.schemas.companies.read crm.schemas.companies.write crm.objects.owners.read'
  const approved = await fetch(`${url}/oauth/authorize/approve`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      client_id: app.clientId,
      redirect_uri: redirect,
      scope: scopes,
      optional_scope: 'crm.objects.deals.read sales-email-read',
      state: 'judge',
    }),
  })
  const code = new URL(approved.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const granted = await fetch(`${url}/oauth/2026-09/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: app.clientId,
      client_secret: app.clientSecret,
      redirect_uri: redirect,
      code,
    }),
  })
  return z.object({ access_token: z.string() }).parse(await granted.json()).access_token
}
