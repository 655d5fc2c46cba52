import type { ModelDocument } from '../language/model-schema.ts'
import { meaningOf } from './meaning.ts'
import type { ModelChange } from './model-change.ts'
import { changeOf, changesInside } from './value-changes.ts'
import { written } from './written.ts'

type Route = ModelDocument['routing'][number]
/** A route and its place in the list, from 1. */
interface Placed {
  readonly route: Route
  readonly place: number
}
type Pair = readonly [Placed, Placed]

/** Routes that came, went, changed their condition or their order: the first that holds counts. */
export function changesOfRouting(before: readonly Route[], after: readonly Route[]): ModelChange[] {
  const was = before.map(toPlaced)
  const is = after.map(toPlaced)
  const same = pairs(was, is, ({ route }) => meaningOf('', route))
  const moved = pairs(left(was, same, 0), left(is, same, 1), ({ route }) => route.to)
  const all = [...same, ...moved]
  return [
    ...moved.flatMap(changesOfCondition),
    ...left(is, all, 1).map(arrival),
    ...left(was, all, 0).map(departure),
    ...reordering(all),
  ]
}

function toPlaced(route: Route, index: number): Placed {
  return { route, place: index + 1 }
}

/** Each of the later ones with the first of the earlier ones that has the same key and is still free. */
function pairs(
  before: readonly Placed[],
  after: readonly Placed[],
  keyOf: (placed: Placed) => string,
): Pair[] {
  const free = new Set(before)
  const found: Pair[] = []
  for (const later of after) {
    const key = keyOf(later)
    const earlier = [...free].find((each) => keyOf(each) === key)
    if (earlier === undefined) continue
    free.delete(earlier)
    found.push([earlier, later])
  }
  return found
}

function left(all: readonly Placed[], matched: readonly Pair[], side: 0 | 1): Placed[] {
  const taken = new Set(matched.map((pair) => pair[side]))
  return all.filter((placed) => !taken.has(placed))
}

function changesOfCondition([{ route: was }, { route: is, place }]: Pair): ModelChange[] {
  return changesInside({ path: `routing.${place}`, name: `Route to ${is.to}` }, was, is)
}

function arrival({ route, place }: Placed): ModelChange {
  const condition = route.when === undefined ? 'for everybody left' : `when ${written(route.when)}`
  const sentence = `Route to ${route.to} is new, as number ${place}: ${condition}`
  return changeOf(`routing.${place}`, sentence, undefined, route)
}

function departure({ route, place }: Placed): ModelChange {
  const sentence = `Route to ${route.to} (number ${place}) is gone`
  return changeOf(`routing.${place}`, sentence, route, undefined)
}

function reordering(matched: readonly Pair[]): ModelChange[] {
  const inOrder = matched.toSorted(([, a], [, b]) => a.place - b.place)
  const isSorted = inOrder.every(([was], index) => was.place > (inOrder[index - 1]?.[0].place ?? 0))
  if (isSorted) return []
  const is = inOrder.map(([, { route }]) => route.to)
  const was = matched.toSorted(([a], [b]) => a.place - b.place).map(([{ route }]) => route.to)
  const sentence = `Routes are tried in the order ${is.join(', ')} instead of ${was.join(', ')}`
  return [{ ...changeOf('routing', sentence, was, is), kind: 'reordered' }]
}
