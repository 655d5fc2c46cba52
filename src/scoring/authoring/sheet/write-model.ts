import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  stringify,
  visit,
  type YAMLSeq,
} from 'yaml'
import { flowText } from './cell-text.ts'

/** An item of a list as it is to be. */
export interface NewItem {
  readonly value: Readonly<Record<string, unknown>>
  /** The place in the old list of the item with the same id. */
  readonly old?: number
  /** Nothing in it differs from the old item. */
  readonly isSame: boolean
}

/** What is to stand in the place of a list of the model; nothing when it is empty. */
export interface NewList {
  readonly key: 'signals' | 'groups'
  readonly items: readonly NewItem[]
}

/**
 * The model's text with these lists in the place of its own. Everything else, and every item that stays the
 * same, keeps its words, layout and comments: the difference shows what was changed in the sheet and no more.
 */
export function writeModel(original: string, lists: readonly NewList[]): string {
  const text = original.endsWith('\n') ? original : `${original}\n`
  const document = parseDocument(text)
  if (!isLaidOutInLines(document)) return rewritten(document, lists)
  // From the end, so that earlier places in the text stay where they are.
  const places = lists.map((list) => ({ list, place: placeOf(document, text, list.key) }))
  let result = text
  for (const { list, place } of places.toSorted((a, b) => b.place.from - a.place.from)) {
    result = result.slice(0, place.from) + listText(text, place, list) + result.slice(place.to)
  }
  return result
}

/** Keys of a block, one below the other, without anchors: parts can be cut out and put in. */
function isLaidOutInLines(document: Document.Parsed): boolean {
  let isPlain = isMap(document.contents) && document.contents.flow !== true
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node) || ('anchor' in node && node.anchor !== undefined)) isPlain = false
    },
  })
  return isPlain
}

function rewritten(document: Document.Parsed, lists: readonly NewList[]): string {
  const content: unknown = document.toJS()
  const replaced = new Map(
    Object.entries(typeof content === 'object' && content !== null ? content : {}),
  )
  for (const { key, items } of lists) {
    if (items.length === 0) replaced.delete(key)
    else
      replaced.set(
        key,
        items.map(({ value }) => value),
      )
  }
  return stringify(Object.fromEntries(replaced), { lineWidth: 0 })
}

/** Where a list stands in the text: from the line of its key to the line after its last. */
interface Place {
  readonly from: number
  readonly to: number
  readonly list: YAMLSeq | undefined
}

function placeOf(document: Document.Parsed, text: string, key: NewList['key']): Place {
  const pair = pairOf(document, key)
  if (pair !== undefined) {
    const from = isNode(pair.key) ? (pair.key.range?.[0] ?? 0) : 0
    const list = isSeq(pair.value) ? pair.value : undefined
    return { from, to: endOfLines(text, isNode(pair.value) ? pair.value : undefined, from), list }
  }
  // A list that is new goes below the signals.
  const signals = key === 'signals' ? undefined : placeOf(document, text, 'signals')
  const at = signals?.to ?? text.length
  return { from: at, to: at, list: undefined }
}

function pairOf({ contents }: Document.Parsed, key: string): Pair<unknown, unknown> | undefined {
  if (!isMap(contents)) return undefined
  return contents.items.find((pair) => isScalar(pair.key) && pair.key.value === key)
}

/** The line feed after a node's last character, with a comment that stands on the same line. */
function endOfLines(text: string, node: Node | undefined, from: number): number {
  const end = text.slice(0, node?.range?.[1] ?? from).trimEnd().length
  const lineFeed = text.indexOf('\n', end)
  return lineFeed < 0 ? text.length : lineFeed + 1
}

function listText(text: string, place: Place, { key, items }: NewList): string {
  if (items.length === 0) return ''
  const chunks = place.list === undefined ? [] : chunksOf(text, place.list, place.from)
  const [first] = chunks
  const heading = first === undefined ? `${key}:\n` : lineAt(text, place.from)
  const indent = /^ */.exec(first?.item ?? '  ')?.[0] ?? ''
  const lines = items.map(({ value, old = -1, isSame }) => {
    const chunk = chunks[old]
    if (chunk === undefined) return itemText(value, indent)
    const isSpread = chunk.item.trimEnd().includes('\n')
    return chunk.above + (isSame ? chunk.item : itemText(value, indent, isSpread))
  })
  return heading + lines.join('')
}

function lineAt(text: string, start: number): string {
  return text.slice(start, text.indexOf('\n', start) + 1)
}

/** An item's own lines, and the comments and empty lines above it. */
interface Chunk {
  readonly above: string
  readonly item: string
}

/** None where the items do not each begin on a line of their own. */
function chunksOf(text: string, list: YAMLSeq, from: number): Chunk[] {
  const chunks: Chunk[] = []
  let last = text.indexOf('\n', from) + 1
  for (const node of list.items) {
    const begin = isNode(node) ? (node.range?.[0] ?? 0) : 0
    const start = text.lastIndexOf('\n', begin) + 1
    if (!isNode(node) || start < last || !/^ *- +$/.test(text.slice(start, begin))) return []
    const end = endOfLines(text, node, begin)
    chunks.push({ above: text.slice(last, start), item: text.slice(start, end) })
    last = end
  }
  return chunks
}

const LONGEST_LINE = 110

/** On one line where it fits, else (or where it was so before) a line per key. */
function itemText(
  value: Readonly<Record<string, unknown>>,
  indent: string,
  isSpread = false,
): string {
  const line = `${indent}- ${flowText(value, true)}`
  if (!isSpread && line.length <= LONGEST_LINE) return `${line}\n`
  const lines = Object.entries(value).map(([key, each]) => `${key}: ${flowText(each, true)}`)
  return `${indent}- ${lines.join(`\n${indent}  `)}\n`
}
