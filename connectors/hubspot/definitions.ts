import type { SubjectKind } from '../../src/leads/facts.ts'

/** Our property group in the customer's portal, once on contacts and once on companies. */
export const PROPERTY_GROUP = { name: 'plumbline', label: 'Plumbline lead scoring' } as const

interface Option {
  readonly label: string
  readonly value: string
}

/** One property of ours. */
export interface Definition {
  readonly name: string
  readonly label: string
  readonly description: string
  readonly type: 'number' | 'string' | 'enumeration' | 'datetime'
  readonly fieldType: 'number' | 'text' | 'textarea' | 'select' | 'date'
  /** In the order people see them; enumerations only. */
  readonly options?: readonly Option[]
  /** The model's tiers are options too, before these. */
  readonly namesTiers?: true
}

function numberOf(name: string, label: string, description: string): Definition {
  return { name, label, description, type: 'number', fieldType: 'number' }
}

function choice(
  name: string,
  label: string,
  description: string,
  options: readonly Option[],
): Definition {
  return { name, label, description, type: 'enumeration', fieldType: 'select', options }
}

function textOf(
  name: string,
  label: string,
  description: string,
  fieldType: 'text' | 'textarea',
): Definition {
  return { name, label, description, type: 'string', fieldType }
}

function sameLabel(value: string): Option {
  return { label: value, value }
}

/** What every customer gets: tiers of the usual names, and none. */
const TIERS: readonly Option[] = [
  ...['A', 'B', 'C'].map(sameLabel),
  { label: 'None', value: 'none' },
]

function tierOf(name: string, label: string, description: string): Definition {
  return { ...choice(name, label, description, TIERS), namesTiers: true }
}

const CONTACT_DEFINITIONS: readonly Definition[] = [
  numberOf('plumbline_score', 'Lead score', 'Fit and engagement together, 0 to 100.'),
  numberOf('plumbline_fit', 'Fit', 'How well person and company match who buys, 0 to 100.'),
  numberOf('plumbline_engagement', 'Engagement', 'What the person did lately, 0 to 100.'),
  choice(
    'plumbline_grade',
    'Fit grade',
    'Fit as a letter; F when something rules the lead out.',
    ['A', 'B', 'C', 'D', 'F'].map(sameLabel),
  ),
  tierOf(
    'plumbline_tier',
    'Lead tier',
    'Who comes first: the tiers of your scoring model, best first. Changes rarely; made for workflows and lists.',
  ),
  choice('plumbline_stage', 'Qualification stage', 'How far the lead is qualified.', [
    { label: 'Disqualified', value: 'disqualified' },
    { label: 'Nurture', value: 'nurture' },
    { label: 'MQL', value: 'mql' },
    { label: 'SQL', value: 'sql' },
  ]),
  choice('plumbline_action', 'Next action', 'What to do with the lead now.', [
    { label: 'Hold', value: 'hold' },
    { label: 'Nurture', value: 'nurture' },
    { label: 'Review', value: 'review' },
    { label: 'Route now', value: 'route_now' },
  ]),
  textOf(
    'plumbline_reasons',
    'Score reasons',
    'The signals that made the score, strongest first.',
    'textarea',
  ),
  textOf('plumbline_route', 'Route', 'Queue or owner the lead should go to.', 'text'),
  {
    name: 'plumbline_scored_at',
    label: 'Scored at',
    description: 'When the score was computed.',
    type: 'datetime',
    fieldType: 'date',
  },
  textOf(
    'plumbline_model',
    'Scoring model',
    'Name and version of the model that made the score.',
    'text',
  ),
]

const COMPANY_DEFINITIONS: readonly Definition[] = [
  numberOf(
    'plumbline_account_score',
    'Account score',
    'The interest of all its people together, 0 to 100.',
  ),
  tierOf(
    'plumbline_account_tier',
    'Account tier',
    'Which account comes first: the tiers of your scoring model, best first. Changes rarely; made for workflows and lists.',
  ),
  textOf(
    'plumbline_buying_group',
    'Buying group',
    'Who of the people that decide is known, and who of them is engaged.',
    'textarea',
  ),
  textOf(
    'plumbline_account_reasons',
    'Account score reasons',
    'Who is engaged and what is still missing.',
    'textarea',
  ),
]

/** What we write on contacts and on companies, whatever the model. */
export const DEFINITIONS: Readonly<Record<SubjectKind, readonly Definition[]>> = {
  person: CONTACT_DEFINITIONS,
  company: COMPANY_DEFINITIONS,
}

/** The same for a model whose tiers are these, best first. */
export function definitionsFor(kind: SubjectKind, tiers: readonly string[]): readonly Definition[] {
  return DEFINITIONS[kind].map((definition) => {
    const { options, namesTiers } = definition
    return options && namesTiers
      ? { ...definition, options: withTiers(tiers, options) }
      : definition
  })
}

/** Tiers of the usual names stay, so that a model may be rolled back under the customer's workflows. */
function withTiers(tiers: readonly string[], usual: readonly Option[]): readonly Option[] {
  const labels = new Map(usual.map((option) => [option.value, option]))
  const named = tiers.map((tier) => labels.get(tier) ?? sameLabel(tier))
  return [...named, ...usual.filter(({ value }) => !tiers.includes(value))]
}
