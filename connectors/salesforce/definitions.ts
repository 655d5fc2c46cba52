import type { SubjectKind } from '../../src/leads/facts.ts'
import { choicesFor, OUR_FIELDS, type OurField } from '../our-fields.ts'
import { apiNameOf } from './names.ts'

/** What Salesforce calls the types of our fields when it makes them (Metadata API). */
type MetadataType = 'Number' | 'Picklist' | 'Text' | 'LongTextArea' | 'DateTime'

/** One custom field of ours. */
export interface Definition extends OurField {
  /** Where no namespace is before it: `Plumbline_Score__c`. */
  readonly field: string
  readonly metadataType: MetadataType
  /** The types that will do, as describe calls them. */
  readonly describedAs: readonly string[]
}

const TYPES: Readonly<Record<OurField['type'], Pick<Definition, 'metadataType' | 'describedAs'>>> =
  {
    number: { metadataType: 'Number', describedAs: ['double', 'int'] },
    choice: { metadataType: 'Picklist', describedAs: ['picklist'] },
    text: { metadataType: 'Text', describedAs: ['string', 'textarea'] },
    'long text': { metadataType: 'LongTextArea', describedAs: ['textarea'] },
    moment: { metadataType: 'DateTime', describedAs: ['datetime'] },
  }

/** Objects whose records are people or companies to us. */
export const OBJECTS = ['Lead', 'Contact', 'Account'] as const
export type SubjectObject = (typeof OBJECTS)[number]

export const KIND_OF: Readonly<Record<SubjectObject, SubjectKind>> = {
  Lead: 'person',
  Contact: 'person',
  Account: 'company',
}

/** Characters of our texts. */
const TEXT_LENGTH = 255
const LONG_TEXT_LENGTH = 4_000

/** What we write on leads and contacts, and on accounts. */
export const DEFINITIONS: Readonly<Record<SubjectKind, readonly Definition[]>> = {
  person: OUR_FIELDS.person.map(definitionOf),
  company: OUR_FIELDS.company.map(definitionOf),
}

function definitionOf(field: OurField): Definition {
  return { ...field, field: apiNameOf(field.name), ...TYPES[field.type] }
}

/**
 * What makes the field, for a model whose tiers are these. No history: an object tracks 20 fields at the most, most of
 * them the customer's, and where none is left the field itself would be refused. The package switches it on.
 */
export function metadataOf(definition: Definition, tiers: readonly string[]): object {
  const { metadataType, label, description } = definition
  return {
    type: metadataType,
    label,
    description,
    inlineHelpText: description,
    required: false,
    ...shapeOf(definition, tiers),
  }
}

function shapeOf(definition: Definition, tiers: readonly string[]): object {
  switch (definition.metadataType) {
    case 'Number':
      return { precision: 3, scale: 0, unique: false, externalId: false }
    case 'Text':
      return { length: TEXT_LENGTH, unique: false, externalId: false }
    case 'LongTextArea':
      return { length: LONG_TEXT_LENGTH, visibleLines: 4 }
    case 'Picklist':
      return { valueSet: valueSetOf(definition, tiers) }
    case 'DateTime':
      return {}
  }
}

/** Tiers are unrestricted: a model's own tier is written even before it stands in the list. */
function valueSetOf(definition: Definition, tiers: readonly string[]): object {
  const value = choicesFor(definition, tiers).map(({ label, value: fullName }) => ({
    fullName,
    label,
    default: false,
  }))
  const restricted = !definition.namesTiers
  return { restricted, valueSetDefinition: { sorted: false, value } }
}
