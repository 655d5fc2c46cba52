import { z } from 'zod'
import type { FieldDefinition, FieldType, PicklistValue } from './objects-field.ts'

const NUMBER_DIGITS_MAX = 18

const Label = z.string().min(1).max(40)

/** Creating takes `fullName`; answers, and thus changes made of them, say `valueName`. */
const Choice = z
  .looseObject({
    fullName: z.string().optional(),
    valueName: z.string().optional(),
    label: z.string().optional(),
    default: z.boolean().nullish(),
  })
  .transform((one, context) => {
    const value = one.fullName ?? one.valueName
    if (value !== undefined)
      return { value, label: one.label ?? value, isDefault: one.default ?? false }
    context.addIssue({ code: 'custom', message: 'Must specify fullName of a picklist value' })
    return z.NEVER
  })

const ValueSet = z.looseObject({
  restricted: z.boolean().nullish(),
  valueSetDefinition: z.looseObject({
    sorted: z.boolean().nullish(),
    value: z.array(Choice).min(1),
  }),
})

const common = {
  label: Label,
  required: z.boolean().nullish(),
  externalId: z.boolean().nullish(),
  trackHistory: z.boolean().nullish(),
  description: z.string().max(1_000).nullish(),
  inlineHelpText: z.string().max(510).nullish(),
}

const number = (type: 'Number' | 'Currency' | 'Percent') =>
  z.looseObject({
    ...common,
    type: z.literal(type),
    precision: z.int().min(1).max(NUMBER_DIGITS_MAX),
    scale: z.int().min(0),
  })
const plain = <T extends string>(type: T) => z.looseObject({ ...common, type: z.literal(type) })

function fits(metadata: Readonly<Record<string, unknown>>): boolean {
  const { precision, scale } = metadata
  return typeof precision !== 'number' || typeof scale !== 'number' || scale <= precision
}

/** What the Tooling API takes as a custom field's Metadata, as far as the sandbox knows types. */
export const FieldMetadata = z
  .discriminatedUnion('type', [
    number('Number'),
    number('Currency'),
    number('Percent'),
    z.looseObject({
      ...common,
      type: z.literal('Text'),
      length: z.int().min(1).max(255),
    }),
    z.looseObject({
      ...common,
      type: z.literal('LongTextArea'),
      length: z.int().min(256).max(131_072),
      visibleLines: z.int().min(2).max(50),
    }),
    z.looseObject({ ...common, type: z.literal('Picklist'), valueSet: ValueSet }),
    z.looseObject({
      ...common,
      type: z.literal('MultiselectPicklist'),
      valueSet: ValueSet,
      visibleLines: z.int().min(3).max(10),
    }),
    z.looseObject({
      ...common,
      type: z.literal('Checkbox'),
      defaultValue: z.union([z.boolean(), z.enum(['true', 'false'])]),
    }),
    plain('TextArea'),
    plain('DateTime'),
    plain('Date'),
    plain('Email'),
    plain('Phone'),
    plain('Url'),
  ])
  .refine(fits, { message: 'scale must not be larger than precision', path: ['scale'] })
export type FieldMetadata = z.infer<typeof FieldMetadata>

const TYPES: Readonly<Record<FieldMetadata['type'], FieldType>> = {
  Number: 'double',
  Currency: 'currency',
  Percent: 'percent',
  Text: 'string',
  LongTextArea: 'textarea',
  TextArea: 'textarea',
  Picklist: 'picklist',
  MultiselectPicklist: 'multipicklist',
  Checkbox: 'boolean',
  DateTime: 'datetime',
  Date: 'date',
  Email: 'email',
  Phone: 'phone',
  Url: 'url',
}

type Shape = Partial<FieldDefinition> & Pick<FieldDefinition, 'label'>

function shapeOfType(metadata: FieldMetadata): Partial<FieldDefinition> {
  switch (metadata.type) {
    case 'Number':
    case 'Currency':
    case 'Percent':
      return { precision: metadata.precision, scale: metadata.scale }
    case 'Text':
    case 'LongTextArea':
      return { length: metadata.length }
    case 'Picklist':
    case 'MultiselectPicklist': {
      const { restricted, valueSetDefinition } = metadata.valueSet
      const picklist: readonly PicklistValue[] = valueSetDefinition.value
      return { picklist, restrictedPicklist: restricted ?? false }
    }
    case 'Checkbox':
      return { nillable: false }
    default:
      return {}
  }
}

/** The field that a definition makes, besides its name. */
export function shapeOf(metadata: FieldMetadata): { type: FieldType; shape: Shape } {
  const { label, required, externalId, trackHistory, inlineHelpText } = metadata
  return {
    type: TYPES[metadata.type],
    shape: {
      label,
      ...(required && { nillable: false }),
      externalId: externalId ?? false,
      trackHistory: trackHistory ?? false,
      ...(inlineHelpText && { inlineHelpText }),
      ...shapeOfType(metadata),
    },
  }
}

/** A definition as the API answers it: with everything that was sent, and picklist values as `valueName`. */
export function metadataAnswer(metadata: FieldMetadata): Record<string, unknown> {
  if (metadata.type !== 'Picklist' && metadata.type !== 'MultiselectPicklist')
    return { ...metadata }
  const { valueSetDefinition, ...valueSet } = metadata.valueSet
  const value = valueSetDefinition.value.map((one) => ({
    valueName: one.value,
    label: one.label,
    default: one.isDefault,
    isActive: null,
  }))
  const definition = { ...valueSetDefinition, value }
  return { ...metadata, valueSet: { ...valueSet, valueSetDefinition: definition } }
}
