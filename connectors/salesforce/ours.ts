import type { OurValues } from '../page.ts'
import { DEFINITIONS, KIND_OF, type SubjectObject } from './definitions.ts'
import { type DescribedField, isLongText } from './describe.ts'
import { isSubject, type SObject } from './fields.ts'
import { namesIn } from './names.ts'
import type { SalesforceRecord } from './query.ts'

/** The only long texts that are read back: two in one query, and its pages hold a tenth. */
const READ_BACK = ['plumbline_reasons', 'plumbline_account_reasons']

/**
 * Our own fields as this org calls them, by our names, as far as they are read back.
 * @param withLongText whether a long text may be among them
 */
export function ourFields(
  object: SObject,
  fields: readonly DescribedField[],
  withLongText: boolean,
): ReadonlyMap<string, string> {
  if (!isSubject(object)) return new Map()
  const longTexts = new Set(fields.filter(isLongText).map(({ name }) => name))
  const known = namesOf(object)
  const found = namesIn(fields.map(({ name }) => name))
  const readBack = [...found].filter(([name, field]) => {
    if (!known.includes(name)) return false
    return !longTexts.has(field) || (withLongText && READ_BACK.includes(name))
  })
  return new Map(readBack)
}

/** Whether some field of ours is not there for us. */
export function lacksOurs(object: SObject, fields: readonly DescribedField[]): boolean {
  if (!isSubject(object)) return false
  const found = namesIn(fields.map(({ name }) => name))
  return namesOf(object).some((name) => !found.has(name))
}

function namesOf(object: SubjectObject): readonly string[] {
  return DEFINITIONS[KIND_OF[object]].map(({ name }) => name)
}

/**
 * What stands in our fields of each record.
 * @param ours as the org calls them, by our names
 */
export function oursOf(
  object: SObject,
  ours: ReadonlyMap<string, string>,
  records: readonly SalesforceRecord[],
): readonly OurValues[] {
  if (!isSubject(object) || ours.size === 0) return []
  const kind = KIND_OF[object]
  return records.map(({ id, fields, stampedAt }) => ({
    subject: { kind, id },
    values: Object.fromEntries([...ours].map(([name, field]) => [name, fields[field] ?? ''])),
    updatedAt: stampedAt,
  }))
}
