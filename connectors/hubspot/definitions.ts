import type { SubjectKind } from '../../src/leads/facts.ts'
import { choicesFor, OUR_FIELDS, type OurField } from '../our-fields.ts'

/** Our property group in the customer's portal, once on contacts and once on companies. */
export const PROPERTY_GROUP = { name: 'plumbline', label: 'Plumbline lead scoring' } as const

/** One property of ours. */
export interface Definition {
  readonly name: string
  readonly label: string
  readonly description: string
  readonly type: 'number' | 'string' | 'enumeration' | 'datetime'
  readonly fieldType: 'number' | 'text' | 'textarea' | 'select' | 'date'
  /** In the order people see them; enumerations only. */
  readonly options?: ReturnType<typeof choicesFor>
  /** The model's tiers are options too, before the usual ones. */
  readonly namesTiers?: true
}

const TYPES: Readonly<Record<OurField['type'], Pick<Definition, 'type' | 'fieldType'>>> = {
  number: { type: 'number', fieldType: 'number' },
  choice: { type: 'enumeration', fieldType: 'select' },
  text: { type: 'string', fieldType: 'text' },
  'long text': { type: 'string', fieldType: 'textarea' },
  moment: { type: 'datetime', fieldType: 'date' },
}

/** What we write on contacts and on companies, whatever the model. */
export const DEFINITIONS: Readonly<Record<SubjectKind, readonly Definition[]>> = {
  person: definitionsFor('person', []),
  company: definitionsFor('company', []),
}

/** The same for a model whose tiers are these, best first. */
export function definitionsFor(kind: SubjectKind, tiers: readonly string[]): readonly Definition[] {
  return OUR_FIELDS[kind].map((field) => definitionOf(field, tiers))
}

function definitionOf(field: OurField, tiers: readonly string[]): Definition {
  const { name, label, description, type, choices, namesTiers } = field
  return {
    name,
    label,
    description,
    ...TYPES[type],
    ...(choices && { options: choicesFor(field, tiers) }),
    ...(namesTiers && { namesTiers }),
  }
}
