import { isSameMeaning } from './meaning.ts'
import type { ModelChange } from './model-change.ts'
import { changeOf, changesInside, type Place } from './value-changes.ts'

type Entry = Readonly<Record<string, unknown>>

/** What the entries of one list of the model are called, and by what they are told apart. */
export interface ListKind<T extends object> {
  readonly path: string
  idOf(entry: T): string
  /** What people call it: "Visited pricing", "Gate authority". */
  nameOf(entry: T): string
  /** What a new one brings: "+40 points". Empty where the name says enough. */
  worthOf(entry: T): string
  /** How one entry became the other; by default key by key. */
  changesIn?(place: Place, before: T, after: T): readonly ModelChange[]
}

/** Entries of the same id, and those that only got another id. */
export interface Matches<T> {
  readonly pairs: readonly (readonly [T, T])[]
  readonly renamed: readonly (readonly [T, T])[]
  readonly added: readonly T[]
  readonly removed: readonly T[]
}

/** Finds the entries that belong together: by id, then by the same content under another id. */
export function matchEntries<T extends object>(
  before: readonly T[],
  after: readonly T[],
  idOf: (entry: T) => string,
): Matches<T> {
  const earlier = new Map(before.map((entry) => [idOf(entry), entry]))
  const pairs: [T, T][] = []
  const renamed: [T, T][] = []
  const added: T[] = []
  for (const entry of after) {
    const known = earlier.get(idOf(entry))
    if (known === undefined) added.push(entry)
    else pairs.push([known, entry])
  }
  const left = new Set(before)
  for (const [known] of pairs) left.delete(known)
  for (const entry of added) {
    const twin = [...left].find((each) => isSameMeaning('', contentOf(each), contentOf(entry)))
    if (twin === undefined) continue
    left.delete(twin)
    renamed.push([twin, entry])
  }
  const found = new Set(renamed.map(([, entry]) => entry))
  return { pairs, renamed, added: added.filter((entry) => !found.has(entry)), removed: [...left] }
}

function contentOf(entry: object): Entry {
  const { id: _id, label: _label, ...content }: Entry = { ...entry }
  return content
}

/** Everything that became of a list whose order says nothing. */
export function listChanges<T extends object>(
  kind: ListKind<T>,
  { pairs, renamed, added, removed }: Matches<T>,
): ModelChange[] {
  const { path, idOf, nameOf } = kind
  const placeOf = (entry: T): Place => ({ path: `${path}.${idOf(entry)}`, name: nameOf(entry) })
  const inside = ([before, after]: readonly [T, T]) =>
    kind.changesIn?.(placeOf(after), before, after) ?? changesInside(placeOf(after), before, after)
  return [
    ...pairs.flatMap(inside),
    ...renamed.flatMap(([before, after]) => [
      renaming(kind, before, after),
      ...inside([{ ...before, id: idOf(after) }, after]),
    ]),
    ...added.map((entry) => arrival(kind, entry)),
    ...removed.map((entry) =>
      changeOf(`${path}.${idOf(entry)}`, `${nameOf(entry)} is gone`, entry, undefined),
    ),
  ]
}

function arrival<T extends object>({ path, idOf, nameOf, worthOf }: ListKind<T>, entry: T) {
  const worth = worthOf(entry)
  const sentence = `${nameOf(entry)} is new${worth === '' ? '' : `: ${worth}`}`
  return changeOf(`${path}.${idOf(entry)}`, sentence, undefined, entry)
}

function renaming<T extends object>(
  { path, idOf, nameOf }: ListKind<T>,
  before: T,
  after: T,
): ModelChange {
  const sentence = `${nameOf(after)}: the id ${idOf(before)} becomes ${idOf(after)}`
  const change = changeOf(`${path}.${idOf(after)}`, sentence, idOf(before), idOf(after), false)
  return { ...change, kind: 'renamed' }
}
