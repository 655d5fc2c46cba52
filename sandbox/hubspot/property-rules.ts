import { z } from 'zod'
import { apiError, invalid } from './errors.ts'
import { BOOLEAN_OPTIONS } from './property-catalog.ts'
import { findGroup } from './property-table.ts'
import {
  DEFINITION_DEFAULTS,
  FIELD_TYPES,
  PROPERTY_TYPES,
  type PropertyDefinition,
} from './property-types.ts'
import type { RecordType } from './record.ts'
import type { Store } from './store.ts'

const Option = z
  .object({
    label: z.string().min(1),
    value: z.string().min(1),
    hidden: z.boolean(),
    displayOrder: z.int().optional(),
    description: z.string().optional(),
  })
  .transform((option) => ({ ...option, displayOrder: option.displayOrder ?? -1 }))

const fields = {
  label: z.string().min(1),
  type: z.enum(PROPERTY_TYPES),
  fieldType: z.string(),
  groupName: z.string(),
  description: z.string().optional(),
  options: z.array(Option).optional(),
  displayOrder: z.int().optional(),
  hidden: z.boolean().optional(),
  formField: z.boolean().optional(),
  numberDisplayHint: z.string().optional(),
}

/** What a caller sends to create a property. */
export const PropertyInput = z.object({
  ...fields,
  name: z.string().regex(/^[a-z][a-z0-9_]*$/, {
    error: 'must be lowercase, begin with a letter and hold only letters, digits and underscores',
  }),
  hasUniqueValue: z.boolean().optional(),
  externalOptions: z.boolean().optional(),
  referencedObjectType: z.string().optional(),
})
export type PropertyInput = z.infer<typeof PropertyInput>

/** What a caller sends to change one; the name never changes. */
export const PropertyPatch = z.object(fields).partial()
export type PropertyPatch = z.infer<typeof PropertyPatch>

/** Drops keys whose value was left out, so that they do not hide a default. */
function given<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined)
  // Safe: only keys whose value is undefined were removed, and a missing key reads as undefined.
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> }
}

function checkOptions(definition: PropertyDefinition): void {
  const { options, name } = definition
  const values = options.map((option) => option.value)
  const labels = options.map((option) => option.label)
  if (new Set(values).size < values.length || new Set(labels).size < labels.length)
    throw invalid(`${name}: two options have the same value or label`)
  if (definition.type === 'enumeration' && options.length === 0 && !definition.externalOptions)
    throw invalid(`${name}: an enumeration needs options`)
  if (definition.type === 'bool' && values.toSorted().join() !== 'false,true')
    throw invalid(`${name}: the options of a bool are true and false`)
  if (definition.type !== 'enumeration' && definition.type !== 'bool' && options.length > 0)
    throw invalid(`${name}: only an enumeration has options`)
  if (definition.externalOptions && definition.referencedObjectType !== 'OWNER')
    throw invalid(`${name}: externalOptions needs referencedObjectType OWNER`)
}

function checkDefinition(
  store: Store,
  type: RecordType,
  definition: PropertyDefinition,
): PropertyDefinition {
  if (!FIELD_TYPES[definition.type].includes(definition.fieldType))
    throw invalid(
      `${definition.name}: fieldType ${definition.fieldType} does not fit type ${definition.type}`,
    )
  if (!findGroup(store, type, definition.groupName))
    throw invalid(`${definition.name}: there is no property group ${definition.groupName}`)
  checkOptions(definition)
  return definition
}

/** The property that a request describes. @throws ApiError 400 when HubSpot would not have it. */
export function newDefinition(
  store: Store,
  type: RecordType,
  input: PropertyInput,
  now: number,
): PropertyDefinition {
  const definition = {
    ...DEFINITION_DEFAULTS,
    // Assumed: whether a bool may leave its options out is not published.
    ...(input.type === 'bool' && { options: BOOLEAN_OPTIONS }),
    ...given(input),
    createdAt: now,
    updatedAt: now,
  }
  return checkDefinition(store, type, definition)
}

/** A property after a change; `options`, where given, replace the whole list. */
export function changedDefinition(
  store: Store,
  type: RecordType,
  current: PropertyDefinition,
  patch: PropertyPatch,
  now: number,
): PropertyDefinition {
  if (current.hubspotDefined)
    throw apiError(400, 'VALIDATION_ERROR', `${current.name} is defined by HubSpot and read only`)
  return checkDefinition(store, type, { ...current, ...given(patch), updatedAt: now })
}
