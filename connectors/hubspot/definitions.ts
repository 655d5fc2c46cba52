/** Our property group in the customer's portal. */
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

function sameLabel(value: string): Option {
  return { label: value, value }
}

/** What we write on contacts. */
export const CONTACT_DEFINITIONS: readonly Definition[] = [
  numberOf('plumbline_score', 'Lead score', 'Fit and engagement together, 0 to 100.'),
  numberOf('plumbline_fit', 'Fit', 'How well person and company match who buys, 0 to 100.'),
  numberOf('plumbline_engagement', 'Engagement', 'What the person did lately, 0 to 100.'),
  choice(
    'plumbline_grade',
    'Fit grade',
    'Fit as a letter; F when something rules the lead out.',
    ['A', 'B', 'C', 'D', 'F'].map(sameLabel),
  ),
  choice(
    'plumbline_tier',
    'Lead tier',
    'Who comes first, A before B before C. Changes rarely; made for workflows and lists.',
    [...['A', 'B', 'C'].map(sameLabel), { label: 'None', value: 'none' }],
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
    type: 'string',
    fieldType: 'textarea',
  },
  {
    name: 'plumbline_route',
    label: 'Route',
    description: 'Queue or owner the lead should go to.',
    type: 'string',
    fieldType: 'text',
  },
  {
    name: 'plumbline_scored_at',
    label: 'Scored at',
    description: 'When the score was computed.',
    type: 'datetime',
    fieldType: 'date',
  },
  {
    name: 'plumbline_model',
    label: 'Scoring model',
    description: 'Name and version of the model that made the score.',
    type: 'string',
    fieldType: 'text',
  },
]
