import { CrmRejected } from '../../src/errors.ts'
import type { ActivityMapping } from '../../src/leads/activity-mapping.ts'
import type { Field } from '../field-facts.ts'
import { CRM } from './api-version.ts'
import { KIND_OF } from './definitions.ts'
import { type Catalog, createDescriber, type Describer, isLongText } from './describe.ts'
import { SalesforceRejected } from './errors.ts'
import { factFields, type Wanted, wishedFields } from './fact-fields.ts'
import { isSubject, NEEDED_FIELDS, OPTIONAL_FIELDS, type SObject, SYSTEM_FIELDS } from './fields.ts'
import type { Org } from './org.ts'
import { lacksOurs, ourFields } from './ours.ts'
import type { SalesforceFieldType } from './values.ts'

/** What to ask for on one sObject, and how to understand it. */
export interface Reading {
  readonly object: SObject
  readonly select: readonly string[]
  /** The fields that say a fact; of several that say the same one the last that says anything counts. */
  readonly facts: readonly Field<SalesforceFieldType>[]
  /** Our own fields, as the org calls them, by our names. */
  readonly ours: ReadonlyMap<string, string>
  /** Whether contact roles come with an opportunity. */
  readonly hasRoles: boolean
  /** Most records of a page, by what is asked for. */
  readonly pageSize: number
  readonly mapping: ActivityMapping
}

/** Decides what one connection asks for. */
export interface Readings {
  /** By what the customer wishes now; null for an object that the org does not show us. */
  of(object: SObject): Promise<Reading | null>
  /** Whether the org has an object and shows it to us. */
  isThere(object: string): Promise<boolean>
  /** Looks the object up anew next time, after a query found it changed. */
  forget(object: SObject): void
  /** The same for objects that lacked a field of ours: after provisioning they may have it. */
  forgetIncomplete(): void
}

export const PAGE_SIZE = 2_000
/** Of a query that selects two long texts. */
const LONG_TEXT_PAGE_SIZE = 200

export function createReadings(org: Org): Readings {
  const { wishes, log } = org.context
  const describer = createDescriber(org)
  const incomplete = new Set<SObject>()
  const warned = new Set<string>()

  function warnOnce(object: SObject, field: string, message: string): void {
    if (warned.has(`${object} ${field}`)) return
    warned.add(`${object} ${field}`)
    log.warn({ crm: CRM, object, field }, message)
  }

  async function needed(object: SObject, catalog: NonNullable<Catalog>): Promise<string[]> {
    const seen: string[] = []
    for (const field of NEEDED_FIELDS[object]) {
      if (await isVisible(describer, catalog, field)) seen.push(field)
      else warnOnce(object, field, 'a field is hidden from us; what it says is unknown')
    }
    const optional = OPTIONAL_FIELDS[object] ?? []
    return [...seen, ...optional.filter((field) => catalog.has(field.toLowerCase()))]
  }

  async function factsOf(object: SObject, catalog: NonNullable<Catalog>): Promise<Wanted[]> {
    if (!isSubject(object)) return []
    const facts = await factFields(object, catalog, (field) => isVisible(describer, catalog, field))
    for (const field of facts.hidden) {
      warnOnce(object, field, 'a field is hidden from us; what it says is unknown')
    }
    const names = (await wishes()).fields[KIND_OF[object]]
    const wished = wishedFields(object, catalog, names)
    for (const field of wished.unknown) {
      warnOnce(object, field, 'a model asks for a field that cannot be read')
    }
    return [...wished.fields, ...facts.fields]
  }

  async function of(object: SObject): Promise<Reading | null> {
    const catalog = await describer.read(object)
    if (!catalog) return null
    const facts = await factsOf(object, catalog)
    const longTexts = new Set(facts.map(({ property }) => property).filter(isLong))
    const described = [...catalog.values()]
    const ours = ourFields(object, described, longTexts.size === 0)
    if (lacksOurs(object, described)) incomplete.add(object)
    const fields = await needed(object, catalog)
    const select = [...SYSTEM_FIELDS, ...fields, ...facts.map(({ property }) => property)]
    const { mapping } = await wishes()
    const hasRoles =
      object === 'Opportunity' && (await describer.read('OpportunityContactRole')) !== null
    return {
      object,
      select: [...new Set([...select, ...ours.values()])],
      facts,
      ours,
      hasRoles,
      pageSize: longTexts.size > 1 ? LONG_TEXT_PAGE_SIZE : PAGE_SIZE,
      mapping,
    }
    function isLong(field: string): boolean {
      const described = catalog?.get(field.toLowerCase())
      return described !== undefined && isLongText(described)
    }
  }

  return {
    of,
    isThere: async (object) => (await describer.read(object)) !== null,
    forget(object) {
      for (const each of [object, ...PARENTS]) describer.forget(each)
    },
    forgetIncomplete() {
      for (const object of incomplete) describer.forget(object)
      incomplete.clear()
    },
  }
}

/** Objects of which only some fields are read along. */
const PARENTS = ['Account', 'Campaign', 'OpportunityContactRole']

async function isVisible(
  describer: Describer,
  catalog: NonNullable<Catalog>,
  field: string,
): Promise<boolean> {
  const [parent, ofParent] = field.split('.')
  if (parent === undefined || ofParent === undefined) return catalog.has(field.toLowerCase())
  const fields = catalog.has(`${parent}id`.toLowerCase()) ? await describer.read(parent) : null
  return fields?.has(ofParent.toLowerCase()) ?? false
}

/**
 * Does `read`; where a field turns out to be gone, once more without it. An object that the org does not show us
 * is empty; without leads, contacts or accounts nothing makes sense.
 * @throws CrmRejected for one of these three
 */
export async function withReading<T>(
  { context }: Org,
  readings: Readings,
  object: SObject,
  absent: T,
  read: (reading: Reading) => Promise<T>,
): Promise<T> {
  const reading = await readings.of(object)
  if (!reading) return withoutObject(object, absent)
  try {
    return await read(reading)
  } catch (error) {
    const changed = error instanceof SalesforceRejected && CHANGED.some((it) => error.codes.has(it))
    if (!changed) throw error
    context.log.warn({ crm: CRM, object, error }, 'read again without it')
    readings.forget(object)
    const renewed = await readings.of(object)
    return renewed ? await read(renewed) : withoutObject(object, absent)
  }
}

/** The org is not as it was described. */
const CHANGED = ['INVALID_FIELD', 'INVALID_TYPE']

function withoutObject<T>(object: SObject, absent: T): T {
  if (!isSubject(object)) return absent
  const remedy = `Assign Plumbline's permission set to the user who connected it, or grant Read on ${object}`
  throw new CrmRejected(CRM, 404, `The org does not show us ${object} records. ${remedy}`)
}
