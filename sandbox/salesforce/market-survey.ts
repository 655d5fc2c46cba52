import type { PortalRecord } from '../hubspot/record.ts'

interface Somebody {
  readonly companyId: string | undefined
  readonly mailDomain: string | undefined
  readonly mergedInto: string | undefined
}

/** A deal as its people know it; `createdAt` in ms. */
export interface KnownDeal {
  readonly id: string
  readonly createdAt: number
}

/** What must be known of all records before the first can be translated. Ids are the market's. */
export interface Survey {
  readonly companies: ReadonlyMap<string, { readonly name?: string; readonly domain?: string }>
  /** Undefined for nobody of this market. A merge's loser is of its winner's type. */
  personType(id: string): 'Lead' | 'Contact' | undefined
  companyIdOf(personId: string): string | undefined
  /** The first deal that somebody is part of. */
  dealOf(personId: string): KnownDeal | undefined
}

/** Takes in every record of a market once; answers when all are in. Grows with people and companies. */
export function createSurvey(): Survey & { note(record: PortalRecord): void } {
  const companies = new Map<string, { name?: string; domain?: string }>()
  const people = new Map<string, Somebody>()
  const deals = new Map<string, KnownDeal>()

  function isContact(id: string, person: Somebody): boolean {
    // Leads have no deals, whether or not they name a company.
    if (deals.has(id)) return true
    if (person.companyId === undefined) return false
    const atWork = person.mailDomain === companies.get(person.companyId)?.domain?.toLowerCase()
    return !atWork || person.mailDomain === undefined || Number(id) % 2 === 0
  }
  function noteDeal(record: PortalRecord): void {
    const { id, createdAt } = record
    for (const person of linked(record, 'contacts'))
      if (!deals.has(person)) deals.set(person, { id, createdAt })
  }
  return {
    companies,
    personType(id) {
      const [winnerId, winner] = followMerges(people, id)
      return winner && (isContact(winnerId, winner) ? 'Contact' : 'Lead')
    },
    companyIdOf: (personId) => people.get(personId)?.companyId,
    dealOf: (personId) => deals.get(personId),
    note(record) {
      if (record.type === 'contacts') people.set(record.id, somebody(record))
      if (record.type === 'companies') companies.set(record.id, companyOf(record))
      if (record.type === 'deals') noteDeal(record)
    },
  }
}

function companyOf({ properties: { name, domain } }: PortalRecord) {
  return { ...(name && { name }), ...(domain && { domain }) }
}

function somebody(record: PortalRecord): Somebody {
  return {
    companyId: primaryCompany(record),
    mailDomain: record.properties['email']?.split('@').at(-1)?.toLowerCase(),
    mergedInto: record.mergedInto,
  }
}

function followMerges(
  people: ReadonlyMap<string, Somebody>,
  id: string,
): [string, Somebody | undefined] {
  let current = id
  // Every step leads to another person, or the merges form a ring.
  for (let step = 0; step < people.size; step += 1) {
    const next = people.get(current)?.mergedInto
    if (next === undefined) break
    current = next
  }
  return [current, people.get(current)]
}

/** The ids of a record's associates of one type. */
export function linked(record: PortalRecord, type: PortalRecord['type']): string[] {
  return (record.associations ?? []).filter((other) => other.type === type).map(({ id }) => id)
}

/** The primary company; where none is marked, the first. */
export function primaryCompany(record: PortalRecord): string | undefined {
  const companies = (record.associations ?? []).filter(({ type }) => type === 'companies')
  return (companies.find(({ primary }) => primary) ?? companies[0])?.id
}
