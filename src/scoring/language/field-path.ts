import type { FactValue } from '../../leads/facts.ts'
import type { ActivityAttributes } from '../../leads/records.ts'

const FIELD = /^(person|company)\.([a-z][a-z0-9_]{0,99})$/
const ATTRIBUTE = /^[a-z][a-z0-9_]{0,99}$/

export const FIELD_REMEDY =
  'Write person.NAME or company.NAME, for example person.region or company.employees.'

export function isFieldPath(path: string): boolean {
  return FIELD.test(path)
}

export function isAttributeName(name: string): boolean {
  return ATTRIBUTE.test(name)
}

/** `person.region` in its two parts. */
export function splitFieldPath(path: string): { subject: string; name: string } {
  const [, subject = 'company', name = ''] = FIELD.exec(path) ?? []
  return { subject, name }
}

/** Reads one attribute of an activity. */
export function readAttribute(
  name: string,
): (attributes: ActivityAttributes) => FactValue | undefined {
  return (attributes) => own(attributes, name)
}

function own<V>(map: Readonly<Record<string, V>>, name: string): V | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined
}
