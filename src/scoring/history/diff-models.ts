import { formatPoints, formatSignedPoints } from '../engine/points.ts'
import type { GateDocument, ModelDocument, SignalDocument } from '../language/model-schema.ts'
import type { Model } from '../language/parse.ts'
import { type ListKind, listChanges, matchEntries } from './list-changes.ts'
import { isSameMeaning } from './meaning.ts'
import type { ModelChange } from './model-change.ts'
import { changesOfRouting } from './routing-changes.ts'
import { changesOfTiers } from './tier-changes.ts'
import {
  changeOf,
  changesByName,
  changesInside,
  decaySentence,
  type Place,
  pointsSentence,
} from './value-changes.ts'
import { written } from './written.ts'

/**
 * What differs in meaning between two models, in the order of the later one. Layout, comments, the order of
 * signals, groups and gates, and different ways of writing the same (2w for 14d, one name for a list of one)
 * are no differences; the order of tiers and routes is one, because there the first that holds counts. A
 * signal under another id with the same content is renamed, not removed and added. Empty for equal models.
 */
export function diffModels(a: Model, b: Model): ModelChange[] {
  const before = a.document
  const after = b.document
  const signals = matchEntries(before.signals, after.signals, ({ id }) => id)
  const translate = translator(signals.renamed.map(([was, is]) => [was.id, is.id]))
  const named = { ...before, groups: before.groups.map((group) => inNewNames(group, translate)) }
  return [
    ...changesOfHead(before, after),
    ...changesByName(
      'dimensions',
      before.dimensions,
      after.dimensions,
      (name) => `Dimension ${name}`,
    ),
    ...listChanges(signalKind(before, after, translate), signals),
    ...listChanges(
      GROUPS,
      matchEntries(named.groups, after.groups, ({ id }) => id),
    ),
    ...listChanges(
      GATES,
      matchEntries(before.gates, after.gates, ({ id }) => id),
    ),
    ...changesInside({ path: 'grades', name: 'Grade' }, before.grades, after.grades),
    ...changesByName('stages', before.stages, after.stages, (name) => name.toUpperCase()),
    ...changesOfTiers(before.tiers, after.tiers),
    ...changesInside({ path: 'matrix', name: 'Matrix' }, before.matrix ?? {}, after.matrix ?? {}),
    ...changesOfHysteresis(before, after),
    ...changesInside(
      { path: 'accounts', name: 'Accounts' },
      before.accounts ?? {},
      after.accounts ?? {},
    ),
    ...changesOfRouting(before.routing, after.routing),
    ...changesOfExamples(before, after),
  ]
}

type Translate = (name: string) => string

function translator(renames: readonly (readonly [string, string])[]): Translate {
  const names = new Map(renames)
  return (name) => names.get(name) ?? name
}

type Group = ModelDocument['groups'][number]

function inNewNames(group: Group, translate: Translate): Group {
  return { ...group, signals: group.signals.map(translate) }
}

function changesOfHead(before: ModelDocument, after: ModelDocument): ModelChange[] {
  const changes: ModelChange[] = []
  if (before.model !== after.model) {
    const sentence = `The model ${before.model} becomes ${after.model}`
    changes.push(changeOf('model', sentence, before.model, after.model, false))
  }
  if (before.about !== after.about) {
    const sentence = 'What the model says about itself has changed'
    changes.push(changeOf('about', sentence, before.about, after.about, false))
  }
  if (!isSameMeaning('combine', before.combine, after.combine)) {
    const sentence = `Dimensions combine by ${written(after.combine)} instead of ${written(before.combine)}`
    changes.push(changeOf('combine', sentence, before.combine, after.combine))
  }
  return changes
}

function signalKind(
  before: ModelDocument,
  after: ModelDocument,
  translate: Translate,
): ListKind<SignalDocument> {
  return {
    path: 'signals',
    idOf: ({ id }) => id,
    nameOf: ({ label }) => label,
    worthOf: ({ points, dimension }) => `${formatSignedPoints(points)} points of ${dimension}`,
    changesIn(place, was, is) {
      const { decay: wasFading, ...wasRest } = was
      const { decay: isFading, ...isRest } = is
      const renamed = wasRest.replaces && { replaces: [wasRest.replaces].flat().map(translate) }
      return [
        ...changesInside(place, { ...wasRest, ...renamed }, isRest),
        ...changesOfDecay(place, [wasFading, decayOf(before, was)], [isFading, decayOf(after, is)]),
      ]
    },
  }
}

/** What a signal fades by: its own decay, or that of its dimension. */
function decayOf({ dimensions }: ModelDocument, { decay, dimension }: SignalDocument): unknown {
  const homes: Readonly<Record<string, ModelDocument['dimensions']['fit']>> = dimensions
  return decay ?? homes[dimension]?.decay ?? 'none'
}

/** A decay that is written out where the dimension's was the same changes nothing. */
function changesOfDecay(
  { path, name }: Place,
  [wasWritten, was]: readonly [unknown, unknown],
  [isWritten, is]: readonly [unknown, unknown],
): ModelChange[] {
  if (isSameMeaning('decay', wasWritten, isWritten) || isSameMeaning('decay', was, is)) return []
  const sentence = decaySentence(name, wasWritten, isWritten, "the dimension's decay")
  return [changeOf(`${path}.decay`, sentence, wasWritten ?? null, isWritten ?? null)]
}

const GROUPS: ListKind<Group> = {
  path: 'groups',
  idOf: ({ id }) => id,
  nameOf: ({ id }) => `Group ${id}`,
  worthOf: ({ signals, max }) => `at most ${formatPoints(max)} points for ${signals.join(', ')}`,
}

const GATES: ListKind<GateDocument> = {
  path: 'gates',
  idOf: ({ id }) => id,
  nameOf: ({ id }) => `Gate ${id}`,
  worthOf: ({ then: effect }) => effect.reason,
}

function changesOfHysteresis(
  { hysteresis: before }: ModelDocument,
  { hysteresis: after }: ModelDocument,
): ModelChange[] {
  if (before === after) return []
  return [changeOf('hysteresis', pointsSentence('Hysteresis', before, after), before, after)]
}

function changesOfExamples(
  { examples: before }: ModelDocument,
  { examples: after }: ModelDocument,
): ModelChange[] {
  const was = new Map(before.map((example) => [example.name, example]))
  const is = new Map(after.map((example) => [example.name, example]))
  const names = [...new Set([...is.keys(), ...was.keys()])]
  const changed = names.filter((name) => !isSameMeaning('', was.get(name), is.get(name)))
  return changed.map((name) => {
    const verb = is.has(name) ? (was.has(name) ? 'has changed' : 'is new') : 'is gone'
    const sentence = `The example "${name}" ${verb}`
    return changeOf(`examples.${name}`, sentence, was.get(name), is.get(name), false)
  })
}
