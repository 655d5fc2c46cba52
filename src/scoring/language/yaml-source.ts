import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml'
import { listProblems } from './list-problems.ts'
import { type Fault, formatPath, type ModelProblem, type Path } from './model-problem.ts'
import { type TextFault, unprintable, yamlFaults } from './yaml-faults.ts'

const MAX_BYTES = 256 * 1024
const MAX_DEPTH = 40
/** Indentation and list marks before the first word of a line; deeper than any model needs. */
const DEEP_LINE = /^(?:[-?:]?[ \t]){200}/
const MAX_ALIASES = 20
const MAX_WORDS = 500

/** A YAML text that was read, able to say where each of its values stands. */
interface YamlSource {
  readonly value: unknown
  problemAt(fault: Fault): ModelProblem
}

export type YamlReading =
  | { readonly ok: true; readonly source: YamlSource }
  | { readonly ok: false; readonly problems: ModelProblem[] }

/** Reads one YAML document that nobody vouches for: bounded in size, depth and aliases, no duplicate keys. */
export function readYaml(text: string, file?: string): YamlReading {
  const lines = new LineCounter()
  const problemAt = ({ fault, offset }: TextFault): ModelProblem => {
    const { line, col } = lines.linePos(offset)
    return {
      message: clip(fault.message),
      ...(fault.remedy !== undefined && { remedy: clip(fault.remedy) }),
      ...(file !== undefined && { file }),
      line: Math.max(line, 1),
      column: Math.max(col, 1),
      path: clip(formatPath(fault.path)),
    }
  }
  const guard = guardAgainstHostility(text)
  if (guard !== undefined) {
    const { fault, line, column } = guard
    return { ok: false, problems: [{ ...problemAt({ fault, offset: 0 }), line, column }] }
  }
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    // The parser compares each key with each other one: half a minute for 256 KB. We look for ourselves.
    uniqueKeys: false,
    // Nothing is printed by parseDocument; `silent` would hide a second document.
    logLevel: 'error',
  })
  const faults = yamlFaults(document)
  if (faults.length > 0) return { ok: false, problems: listProblems(faults, problemAt) }
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES })
    const at = (fault: Fault) => problemAt({ fault, offset: offsetOf(document, fault) })
    return { ok: true, source: { value, problemAt: at } }
  } catch {
    const offset = firstAlias(document)
    return { ok: false, problems: [problemAt({ fault: ALIASES, offset })] }
  }
}

/** Problems quote what stands in the text, which may be a quarter of a megabyte without a space. */
function clip(words: string): string {
  return words.length > MAX_WORDS ? `${words.slice(0, MAX_WORDS)}…` : words
}

const ALIASES: Fault = {
  path: [],
  message: 'the file refers to itself by anchors and aliases too often',
  remedy: 'Write the repeated parts out.',
}

function firstAlias(document: Document.Parsed): number {
  let offset = 0
  visit(document, {
    Alias: (_key, { range }) => {
      offset = range?.[0] ?? 0
      return visit.BREAK
    },
  })
  return offset
}

interface Guard {
  readonly fault: Fault
  readonly line: number
  readonly column: number
}

function guardAgainstHostility(text: string): Guard | undefined {
  if (Buffer.byteLength(text) > MAX_BYTES) {
    const message = `the file is larger than ${MAX_BYTES / 1024} KB`
    const remedy = 'A model has a few dozen signals; split or shorten it.'
    return { fault: { path: [], message, remedy }, line: 1, column: 1 }
  }
  const strange = unprintable(text)
  if (strange !== undefined) {
    const before = text.slice(0, strange.offset).split('\n')
    return { fault: strange.fault, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
  }
  const line = tooDeepLine(text)
  if (line === undefined) return undefined
  const remedy = 'Write the condition flatter.'
  return { fault: { path: [], message: 'the file is nested too deeply', remedy }, line, column: 1 }
}

/** Runs before the parser, which recurses; the lexer does not. */
function tooDeepLine(text: string): number | undefined {
  const deep = text.split('\n').findIndex((each) => DEEP_LINE.test(each))
  if (deep >= 0) return deep + 1
  let line = 1
  let depth = 0
  for (const token of new Lexer().lex(text)) {
    depth += STEPS.get(token) ?? 0
    if (depth > MAX_DEPTH) return line
    line += token.split('\n').length - 1
  }
  return undefined
}

/** How far a token leads into or out of brackets. */
const STEPS: ReadonlyMap<string, number> = new Map([
  ['[', 1],
  ['{', 1],
  [']', -1],
  ['}', -1],
])

/** Where the deepest part of the path that exists begins; a key where the key itself is at fault. */
function offsetOf(document: Document.Parsed, fault: Fault): number {
  let node: Node | ParsedNode | null = document.contents
  let offset = node?.range?.[0] ?? 0
  for (const step of fault.path) {
    const found = childOf(document, node, step)
    if (found === undefined) return offset
    offset = found.offset
    node = found.node
  }
  return offset
}

interface Child {
  readonly node: Node | null
  readonly offset: number
}

function childOf(
  document: Document.Parsed,
  parent: Node | null,
  step: Path[number],
): Child | undefined {
  const node = isAlias(parent) ? parent.resolve(document) : parent
  if (isSeq(node)) return itemOf(node.items[Number(step)])
  return isMap(node) ? entryOf(node, String(step)) : undefined
}

function itemOf(item: unknown): Child | undefined {
  return isNode(item) ? { node: item, offset: item.range?.[0] ?? 0 } : undefined
}

function entryOf(map: YAMLMap, name: string): Child | undefined {
  for (const { key, value } of map.items) {
    if (!isScalar(key) || String(key.value) !== name) continue
    return { node: isNode(value) ? value : null, offset: key.range?.[0] ?? 0 }
  }
  return undefined
}
