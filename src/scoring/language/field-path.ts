import type { FactValue } from '../../leads/facts.ts'
import type { ActivityAttributes } from '../../leads/records.ts'
import type { Facts } from '../result.ts'

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

/** Reads `person.x` or `company.y` from the facts. Own fields only: `person.constructor` is unknown. */
export function readField(path: string): (facts: Facts) => FactValue | undefined {
  const [, subject, name = ''] = FIELD.exec(path) ?? []
  if (subject === 'person') return ({ person }) => own(person, name)
  return ({ company }) => own(company, name)
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
