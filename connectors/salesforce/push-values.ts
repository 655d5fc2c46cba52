import { z } from 'zod'
import type { Write } from '../connector.ts'
import { DEFINITIONS, type Definition, KIND_OF, type SubjectObject } from './definitions.ts'
import type { OrgField } from './org-fields.ts'

/** As JSON takes it; null empties the field. */
type FieldValue = string | number | null

/** One record as it is sent. */
export interface Prepared {
  readonly id: string
  /** By API name. */
  readonly fields: Readonly<Record<string, FieldValue>>
  /** Why some of the values are not among them. */
  readonly lost: readonly string[]
}

/** Our fields of one object: as the org has them, and those that cannot be written, each with what to do. */
export interface Usable {
  readonly sObject: SubjectObject
  readonly fields: ReadonlyMap<string, OrgField>
  readonly unusable: ReadonlyMap<string, string>
}

/** The values that can be sent, as the types of the fields want them; the others are told, not sent. */
export function prepare({ subject, values }: Write, usable: Usable): Prepared {
  const fields: Record<string, FieldValue> = {}
  const lost: string[] = []
  for (const [name, text] of Object.entries(values)) {
    const field = usable.fields.get(name)
    const definition = definitionOf(usable.sObject, name)
    const reason = obstacle(name, text, definition, usable)
    if (reason !== undefined) lost.push(reason)
    else if (field && definition) fields[field.apiName] = typed(definition, text)
  }
  return { id: subject.id, fields, lost }
}

export function definitionOf(sObject: SubjectObject, name: string): Definition | undefined {
  return DEFINITIONS[KIND_OF[sObject]].find((definition) => definition.name === name)
}

function obstacle(
  name: string,
  text: string,
  definition: Definition | undefined,
  { sObject, fields, unusable }: Usable,
): string | undefined {
  if (!definition) return `Plumbline has no field "${name}" on ${sObject}`
  const reason = unusable.get(name)
  if (reason !== undefined) return reason
  if (!fields.has(name)) return `The field ${sObject}.${definition.field} is missing`
  if (isFitting(definition, text)) return undefined
  return `"${text.slice(0, 50)}" does not fit the field ${sObject}.${definition.field} (${definition.metadataType})`
}

const Moment = z.iso.datetime({ offset: true })

function isFitting({ metadataType }: Definition, text: string): boolean {
  if (text === '') return true
  if (metadataType === 'Number') return /^-?\d+(\.\d+)?$/.test(text)
  return metadataType !== 'DateTime' || Moment.safeParse(text).success
}

function typed({ metadataType }: Definition, text: string): FieldValue {
  if (text === '') return null
  return metadataType === 'Number' ? Number(text) : text
}
