import type { GateDocument } from '../../language/model-schema.ts'
import { fieldsOf } from '../../language/predicate-document.ts'
import type { Flaw, Rule, Subject } from './rule.ts'

export const PRACTICE_RULES: readonly Rule[] = [
  { name: 'no-examples', severity: 'warning', check: noExamples },
  { name: 'few-examples', severity: 'hint', check: fewExamples },
  { name: 'gate-without-ask', severity: 'hint', check: gatesWithoutAsk },
  { name: 'idle-ask', severity: 'hint', check: idleAsks },
]

const ENOUGH_EXAMPLES = 3

function noExamples({ document: { examples } }: Subject): Flaw[] {
  if (examples.length > 0) return []
  return [
    {
      path: ['examples'],
      message: 'no worked example says what the model is meant to do',
      remedy: `Write at least ${ENOUGH_EXAMPLES}: a good lead, a bad one, and one at a threshold.`,
    },
  ]
}

function fewExamples({ document: { examples } }: Subject): Flaw[] {
  if (examples.length === 0 || examples.length >= ENOUGH_EXAMPLES) return []
  const message = `${examples.length} worked example${examples.length === 1 ? '' : 's'} cannot show much`
  const remedy = `Write at least ${ENOUGH_EXAMPLES}: a good lead, a bad one, and one at a threshold.`
  return [{ path: ['examples'], message, remedy }]
}

/** Whoever is held for something unknown should be told what to find out. */
function gatesWithoutAsk({ document: { gates } }: Subject): Flaw[] {
  return gates.flatMap((gate, index) => {
    const [field] = fieldsThatClear(gate)
    if (field === undefined || gate.then.ask !== undefined) return []
    return [
      {
        path: ['gates', index, 'then'],
        message: `${gate.id} holds people of whom something is unknown and does not say what to find out`,
        remedy: `Add ask: ${field}.`,
      },
    ]
  })
}

function idleAsks({ document: { gates } }: Subject): Flaw[] {
  return gates.flatMap((gate, index) => {
    const { ask } = gate.then
    if (ask === undefined || fieldsIn(gate).includes(ask)) return []
    return [
      {
        path: ['gates', index, 'then', 'ask'],
        message: `filling in ${ask} does not clear ${gate.id}, which looks at ${fieldsIn(gate).join(', ')}`,
        remedy: 'Ask for a field of its condition.',
      },
    ]
  })
}

function fieldsIn({ when, unless }: GateDocument): string[] {
  return fieldsOf(when ?? unless ?? {})
}

/** `unless` waits for something to be confirmed; `when` only where it asks for the unknown itself. */
function fieldsThatClear({ when, unless }: GateDocument): string[] {
  if (unless !== undefined) return fieldsOf(unless)
  const unknowns = Object.entries(when ?? {}).filter(([, test]) => asksForUnknown(test))
  return unknowns.map(([field]) => field)
}

function asksForUnknown(test: unknown): boolean {
  if (typeof test !== 'object' || test === null) return false
  return ('unknown' in test && test.unknown === true) || ('exists' in test && test.exists === false)
}
