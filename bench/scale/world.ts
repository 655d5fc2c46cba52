/**
 * Portals out of arithmetic: every record is a function of portal and place, so that a million contacts cost no memory.
 * Shapes (titles, sizes, moments) repeat after a block of people; ids, addresses and domains never do.
 */

const DAY_MS = 86_400_000

/** People after whom the shapes repeat; whole companies with whole deals. */
export const BLOCK = 1_000
export const PER_COMPANY = 10
/** Every second company has a deal. */
export const COMPANIES_PER_DEAL = 2

/** One portal. */
export interface Tenant {
  readonly portalId: number
  readonly people: number
  /** On average, those included that only earlier readings saw. */
  readonly activitiesPerPerson: number
  /** What all moments are counted back from, in epoch ms; the beginning of this day (UTC) unless given. */
  readonly anchor?: number
}

/** A tenant that knows its anchor. */
export interface World extends Tenant {
  readonly anchor: number
}

export function worldOf(tenant: Tenant, now = Date.now()): World {
  return { ...tenant, anchor: tenant.anchor ?? Math.floor(now / DAY_MS) * DAY_MS }
}

/** How many activities of a person come from where. */
export interface ActivityPlan {
  /** Calls, e-mails and meetings: records of their own. */
  readonly engagements: number
  /** Roll-ups that stand on the contact now: forms, the last page, the last e-mail events. */
  readonly current: number
  /** Roll-ups that earlier readings saw: the page and the click before the last ones. */
  readonly older: number
}

/** Most roll-ups that a contact has at once. */
const MOST_CURRENT = 5

/** Of ten activities three are engagements, five stand on the contact and two were seen by earlier readings. */
export function activityPlan(perPerson: number): ActivityPlan {
  const engagements = Math.min(9, Math.round(perPerson * 0.3))
  const current = Math.min(MOST_CURRENT, perPerson - engagements)
  return { engagements, current, older: perPerson - engagements - current }
}

/**
 * Ids of fixed width, of digits that no moment in epoch ms contains at that length: the seed makes one person of
 * another by replacing text.
 */
export function personId(index: number): string {
  return `6${digits(index, 11)}`
}

export function companyId(index: number): string {
  return `5${digits(index, 11)}`
}

/** Of a company's deal. */
export function dealId(company: number): string {
  return `4${digits(company, 11)}`
}

/** Of a person's `slot`-th engagement, 0 to 8. */
export function engagementId(person: number, slot: number): string {
  return `9${digits(person, 11)}${slot}`
}

/** Stands in the names, domains and addresses of a company and its people. */
export function companyToken(index: number): string {
  return `c${digits(index, 7)}`
}

/** The number in an id of ours: of a person, of a company or, for deals, of their company. */
export function indexOfId(id: string): number {
  return Number(id.slice(1, 12))
}

function digits(value: number, length: number): string {
  return String(value).padStart(length, '0')
}

/** From 0 to 1, the same for the same portal, shape and question. */
export function chance({ portalId }: World, shape: number, question: number): number {
  let mixed = Math.imul(portalId ^ 0x9e37_79b9, 0x85eb_ca6b)
  for (const part of [shape + 1, question + 1]) {
    mixed = Math.imul(mixed ^ Math.imul(part, 0xc2b2_ae35), 0x27d4_eb2f)
    mixed ^= mixed >>> 15
  }
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0x1656_67b1)
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 0x1_0000_0000
}

export function pick<T>(
  world: World,
  shape: number,
  question: number,
  choices: readonly [T, ...T[]],
): T {
  return choices[Math.floor(chance(world, shape, question) * choices.length)] ?? choices[0]
}

/** A whole second in the past; people with much interest did it lately. */
export function moment(world: World, shape: number, question: number, longestDays: number): Date {
  const share = chance(world, shape, question) ** 2
  const age = DAY_MS * (0.2 + share * longestDays)
  return new Date(Math.floor((world.anchor - age) / 1_000) * 1_000)
}
