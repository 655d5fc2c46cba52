import type { SubjectKind } from '../src/leads/facts.ts'

export interface Choice {
  readonly label: string
  readonly value: string
}

/** One field that we write into the CRM, whatever the CRM calls it and keeps it as. */
export interface OurField {
  readonly name: string
  readonly label: string
  readonly description: string
  /** `text` holds at most 255 characters. */
  readonly type: 'number' | 'choice' | 'text' | 'long text' | 'moment'
  /** In the order people see them; of choices only. */
  readonly choices?: readonly Choice[]
  /** The model's tiers are choices too, before these. */
  readonly namesTiers?: true
}

function choice(
  name: string,
  label: string,
  description: string,
  choices: readonly Choice[],
): OurField {
  return { name, label, description, type: 'choice', choices }
}

function sameLabel(value: string): Choice {
  return { label: value, value }
}

/** What every customer gets: tiers of the usual names, and none. */
const TIERS: readonly Choice[] = [
  ...['A', 'B', 'C'].map(sameLabel),
  { label: 'None', value: 'none' },
]

function tierOf(name: string, label: string, description: string): OurField {
  return { ...choice(name, label, description, TIERS), namesTiers: true }
}

const PERSON_FIELDS: readonly OurField[] = [
  {
    name: 'plumbline_score',
    label: 'Lead score',
    description: 'Fit and engagement together, 0 to 100.',
    type: 'number',
  },
  {
    name: 'plumbline_fit',
    label: 'Fit',
    description: 'How well person and company match who buys, 0 to 100.',
    type: 'number',
  },
  {
    name: 'plumbline_engagement',
    label: 'Engagement',
    description: 'What the person did lately, 0 to 100.',
    type: 'number',
  },
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
  {
    name: 'plumbline_reasons',
    label: 'Score reasons',
    description: 'The signals that made the score, strongest first.',
    type: 'long text',
  },
  {
    name: 'plumbline_outlook',
    label: 'Score outlook',
    description: 'What would change the score.',
    type: 'long text',
  },
  {
    name: 'plumbline_route',
    label: 'Route',
    description: 'Queue or owner the lead should go to.',
    type: 'text',
  },
  {
    name: 'plumbline_scored_at',
    label: 'Scored at',
    description: 'When the score was computed.',
    type: 'moment',
  },
  {
    name: 'plumbline_model',
    label: 'Scoring model',
    description: 'Name and version of the model that made the score.',
    type: 'text',
  },
]

const COMPANY_FIELDS: readonly OurField[] = [
  {
    name: 'plumbline_account_score',
    label: 'Account score',
    description: 'The interest of all its people together, 0 to 100.',
    type: 'number',
  },
  tierOf(
    'plumbline_account_tier',
    'Account tier',
    'Which account comes first: the tiers of your scoring model, best first. Changes rarely; made for workflows and lists.',
  ),
  {
    name: 'plumbline_buying_group',
    label: 'Buying group',
    description: 'Who of the people that decide is known, and who of them is engaged.',
    type: 'long text',
  },
  {
    name: 'plumbline_account_reasons',
    label: 'Account score reasons',
    description: 'Who is engaged and what is still missing.',
    type: 'long text',
  },
]

/** What we write on people and on companies, whatever the model. */
export const OUR_FIELDS: Readonly<Record<SubjectKind, readonly OurField[]>> = {
  person: PERSON_FIELDS,
  company: COMPANY_FIELDS,
}

/** The choices of a field for a model whose tiers are these, best first; none where the field is no choice. */
export function choicesFor(field: OurField, tiers: readonly string[]): readonly Choice[] {
  const choices = field.choices ?? []
  return field.namesTiers ? withTiers(tiers, choices) : choices
}

/** Tiers of the usual names stay, so that a model may be rolled back under the customer's workflows. */
function withTiers(tiers: readonly string[], usual: readonly Choice[]): readonly Choice[] {
  const labels = new Map(usual.map((each) => [each.value, each]))
  const named = tiers.map((tier) => labels.get(tier) ?? sameLabel(tier))
  return [...named, ...usual.filter(({ value }) => !tiers.includes(value))]
}
