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
  type YAMLError,
  type YAMLMap,
} from 'yaml'
import { type Fault, formatPath, type ModelProblem, type Path } from './model-problem.ts'

const MAX_BYTES = 256 * 1024
const MAX_DEPTH = 40
/** Indentation and list marks before the first word of a line; deeper than any model needs. */
const DEEP_LINE = /^(?:[-?:]?[ \t]){200}/
const MAX_ALIASES = 20

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
  const problemAt = (fault: Fault, offset: number): ModelProblem => {
    const { line, col } = lines.linePos(offset)
    return {
      message: fault.message,
      ...(fault.remedy !== undefined && { remedy: fault.remedy }),
      ...(file !== undefined && { file }),
      line: Math.max(line, 1),
      column: Math.max(col, 1),
      path: formatPath(fault.path),
    }
  }
  const guard = guardAgainstHostility(text)
  if (guard !== undefined) {
    const { fault, line } = guard
    return { ok: false, problems: [{ ...problemAt(fault, 0), line, column: 1 }] }
  }
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    // Nothing is printed by parseDocument; `silent` would hide a second document.
    logLevel: 'error',
  })
  const errors = [...document.errors, ...document.warnings]
  if (errors.length > 0) {
    return { ok: false, problems: errors.map((e) => problemAt(faultOf(e), e.pos[0])) }
  }
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES })
    const at = (fault: Fault) => problemAt(fault, offsetOf(document, fault))
    return { ok: true, source: { value, problemAt: at } }
  } catch {
    return { ok: false, problems: [problemAt(ALIASES, 0)] }
  }
}

const ALIASES: Fault = {
  path: [],
  message: 'the file refers to itself by anchors and aliases too often',
  remedy: 'Write the repeated parts out.',
}

/** Where the parser's own words would talk to a programmer. */
const SYNTAX_MESSAGES: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'this key stands here twice; keys must be unique',
  MULTIPLE_DOCS: 'a second document begins here',
}

const SYNTAX_REMEDIES: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'Keep one of the two.',
  TAB_AS_INDENT: 'Indent with spaces.',
  MULTIPLE_DOCS: 'Keep one model in a file: remove what follows ---.',
  NON_STRING_KEY: 'Use plain words as keys.',
}

function faultOf(error: YAMLError): Fault {
  return {
    path: [],
    message: SYNTAX_MESSAGES[error.code] ?? error.message.replace(/\.$/, ''),
    remedy: SYNTAX_REMEDIES[error.code] ?? 'Check indentation, brackets and quotes on this line.',
  }
}

function guardAgainstHostility(text: string): { fault: Fault; line: number } | undefined {
  if (Buffer.byteLength(text) > MAX_BYTES) {
    return {
      fault: {
        path: [],
        message: `the file is larger than ${MAX_BYTES / 1024} KB`,
        remedy: 'A model has a few dozen signals; split or shorten it.',
      },
      line: 1,
    }
  }
  const line = tooDeepLine(text)
  if (line === undefined) return undefined
  const remedy = 'Write the condition flatter.'
  return { fault: { path: [], message: 'the file is nested too deeply', remedy }, line }
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
