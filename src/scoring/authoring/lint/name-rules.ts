import { comparable } from '../../language/comparable-text.ts'
import { closest, type Path } from '../../language/model-problem.ts'
import type { ModelDocument } from '../../language/model-schema.ts'
import { fieldsOf, type TestDocument } from '../../language/predicate-document.ts'
import { conditionsOf, operatorsOf, placedTests } from '../condition-places.ts'
import type { Flaw, Rule, Subject } from './rule.ts'

export const NAME_RULES: readonly Rule[] = [
  { name: 'unknown-field', severity: 'hint', check: unknownFields },
  { name: 'unknown-activity', severity: 'hint', check: unknownActivities },
  { name: 'unknown-word', severity: 'hint', check: unknownWords },
  { name: 'example-field', severity: 'hint', check: exampleFields },
]

/** A name where it first stands. */
interface PlacedName {
  readonly name: string
  readonly path: Path
}

function unknownFields({ document, vocabulary: { fields } }: Subject): Flaw[] {
  const tested = conditionsOf(document)
    .filter(({ about }) => about === 'facts')
    .flatMap(({ condition, path }) => placedTests(condition, path))
    .map(({ field, path }): PlacedName => ({ name: field, path }))
  const asked = document.gates.flatMap(({ then: { ask } }, index): PlacedName[] =>
    ask === undefined ? [] : [{ name: ask, path: ['gates', index, 'then', 'ask'] }],
  )
  const shown = factsOfExamples(document).map(({ field }) => field)
  return unusual([...tested, ...asked], fields, shown).map(({ name, path }) => ({
    path,
    message: `${name} is no fact that the connectors supply`,
    remedy: meant(name, fields, 'If it is a property of your own, show it in an example.'),
  }))
}

/**
 * Names that nobody knows, each once. Customers have properties and events of their own: one that a worked
 * example shows is meant, unless it looks like a known name misspelt.
 */
function unusual(
  names: readonly PlacedName[],
  known: readonly string[],
  shown: readonly string[],
): PlacedName[] {
  const first = new Map<string, PlacedName>()
  for (const each of names) {
    if (known.includes(each.name) || first.has(each.name)) continue
    if (shown.includes(each.name) && closest(each.name, known) === undefined) continue
    first.set(each.name, each)
  }
  return [...first.values()]
}

function meant(word: string, known: readonly string[], otherwise: string): string {
  const best = closest(word, known)
  return best === undefined ? otherwise : `Did you mean ${best}? ${otherwise}`
}

function unknownActivities({ document, vocabulary: { activityTypes } }: Subject): Flaw[] {
  const types = document.signals.flatMap(({ on, sequence }, index): PlacedName[] => [
    ...(on === undefined ? [] : [{ name: on, path: ['signals', index, 'on'] }]),
    ...(sequence ?? []).map((step, at) => {
      return { name: step.on, path: ['signals', index, 'sequence', at, 'on'] }
    }),
  ])
  const shown = document.examples.flatMap(({ activities }) => activities.map(({ type }) => type))
  return unusual(types, activityTypes, shown).map(({ name, path }) => ({
    path,
    message: `${name} is no activity that the connectors supply`,
    remedy: meant(name, activityTypes, 'If it is an event of your own, show it in an example.'),
  }))
}

function unknownWords({ document, vocabulary }: Subject): Flaw[] {
  const words = new Map(Object.entries(vocabulary.words))
  return conditionsOf(document)
    .filter(({ about }) => about === 'facts')
    .flatMap(({ condition, path }) => placedTests(condition, path))
    .flatMap(({ field, test, path }) => {
      const known = words.get(field)
      const word = known && wordsOf(test).find((each) => !isAmong(known, each))
      if (known === undefined || word === undefined) return []
      const remedy = meant(word, known, `Known are ${known.join(', ')}.`)
      return [{ path, message: `${field} is never "${word}"`, remedy }]
    })
}

/** As conditions compare: without regard to case. */
function isAmong(known: readonly string[], word: string): boolean {
  return known.some((each) => comparable(each) === comparable(word))
}

function wordsOf(test: TestDocument): string[] {
  const { eq, in: oneOf = [], not_in: noneOf = [] } = operatorsOf(test)
  const operands = [...(eq === undefined ? [] : [eq]), ...oneOf, ...noneOf]
  return operands.filter((each) => typeof each === 'string')
}

/** Facts of examples that look misspelt: the example would then show something else than it says. */
function exampleFields({ document, vocabulary }: Subject): Flaw[] {
  const known = new Set([...vocabulary.fields, ...fieldsTested(document)])
  return factsOfExamples(document).flatMap(({ field, path }) => {
    const best = known.has(field) ? undefined : closest(field, known)
    if (best === undefined) return []
    return [{ path, message: `nothing asks for ${field}`, remedy: `Did you mean ${best}?` }]
  })
}

function fieldsTested(document: ModelDocument): string[] {
  return conditionsOf(document).flatMap(({ condition }) => fieldsOf(condition))
}

function factsOfExamples({ examples }: ModelDocument): { field: string; path: Path }[] {
  return examples.flatMap((example, index) =>
    (['person', 'company'] as const).flatMap((subject) =>
      Object.keys(example[subject]).map((name) => {
        return { field: `${subject}.${name}`, path: ['examples', index, subject, name] }
      }),
    ),
  )
}
