import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  type Node,
  type Scalar,
  visit,
  type YAMLError,
  type YAMLMap,
} from 'yaml'
import type { Fault } from './model-problem.ts'

/** A fault of the YAML itself, with its place in the text. */
export interface TextFault {
  readonly fault: Fault
  readonly offset: number
}

/** Everything that keeps a document from being read; empty when nothing does. */
export function yamlFaults(document: Document.Parsed): TextFault[] {
  const errors = [...document.errors, ...document.warnings]
  if (errors.length > 0) return errors.map((error) => syntaxFault(error, document))
  return nodeFaults(document)
}

/** Where the parser's own words would talk to a programmer. */
const SYNTAX_MESSAGES: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'a second document begins here',
  NON_STRING_KEY: 'this cannot be a key',
}

const SYNTAX_REMEDIES: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'Indent with spaces.',
  MULTIPLE_DOCS: 'Keep one model in a file: remove what follows ---.',
  NON_STRING_KEY: 'Use plain words as keys.',
  TAG_RESOLVE_FAILED: 'Remove what begins with !.',
}

function syntaxFault(error: YAMLError, document: Document.Parsed): TextFault {
  const quote = error.code === 'MISSING_CHAR' ? openQuote(document, error.pos[0]) : undefined
  if (quote !== undefined) return quote
  const message = SYNTAX_MESSAGES[error.code] ?? error.message.replace(/\.$/, '')
  const remedy =
    SYNTAX_REMEDIES[error.code] ?? 'Check indentation, brackets and quotes on this line.'
  return { fault: { path: [], message, remedy }, offset: error.pos[0] }
}

/** The parser misses a quote where the text ends; the mistake is where it opens. */
function openQuote(document: Document.Parsed, end: number): TextFault | undefined {
  let offset: number | undefined
  visit(document, {
    Scalar: (_key, { type, range }) => {
      if (type?.startsWith('QUOTE') && range && range[0] < end && end <= range[2]) offset = range[0]
    },
  })
  if (offset === undefined) return undefined
  const message = 'the quote that opens here is never closed'
  return { fault: { path: [], message, remedy: 'Close it on this line.' }, offset }
}

/** What the parser lets pass, or would need the square of the file's length for: keys that stand there twice. */
function nodeFaults(document: Document.Parsed): TextFault[] {
  const faults: TextFault[] = []
  const anchors = new Map<string, Node>()
  visit(document, (_key, node, path) => {
    if (isNode(node)) faults.push(...faultsOf(node, path, anchors))
  })
  return faults
}

/** `anchors` are the nodes that came before, by the name that aliases call them. */
function faultsOf(node: Node, path: readonly unknown[], anchors: Map<string, Node>): TextFault[] {
  if (isAlias(node)) return aliasFaults(node, anchors.get(node.source), path)
  if (node.anchor !== undefined) anchors.set(node.anchor, node)
  if (isMap(node)) return repeatedKeys(node)
  return isScalar(node) ? characterFaults(node) : []
}

function aliasFaults(
  alias: Alias,
  target: Node | undefined,
  path: readonly unknown[],
): TextFault[] {
  const offset = alias.range?.[0] ?? 0
  const name = `*${alias.source}`
  if (target === undefined) {
    const message = `${name} stands for nothing: no &${alias.source} comes before it`
    return [{ fault: { path: [], message, remedy: 'Write the value out.' }, offset }]
  }
  if (!path.includes(target)) return []
  const message = `${name} stands inside of what it stands for`
  return [{ fault: { path: [], message, remedy: 'Write the value out.' }, offset }]
}

function repeatedKeys({ items }: YAMLMap): TextFault[] {
  const faults: TextFault[] = []
  const known = new Set<unknown>()
  for (const { key } of items) {
    if (!isScalar(key)) continue
    if (known.has(key.value)) {
      const message = 'this key stands here twice; keys must be unique'
      const fault = { path: [], message, remedy: 'Keep one of the two.' }
      faults.push({ fault, offset: key.range?.[0] ?? 0 })
    }
    known.add(key.value)
  }
  return faults
}

/** Escapes such as "\0" put into a value what the text itself may not hold. */
function characterFaults({ value, range }: Scalar): TextFault[] {
  if (typeof value !== 'string') return []
  const fault = unprintable(value)
  return fault === undefined ? [] : [{ fault: fault.fault, offset: range?.[0] ?? 0 }]
}

/** Control characters, halves of surrogate pairs, and what decoders put where the bytes were no UTF-8. */
const UNPRINTABLE = /[\p{Cc}--[\t\n\r]]|[\p{Cs}\u{fffd}-\u{ffff}]/v

/** The first character that no text has and that databases refuse; `offset` is its place. */
export function unprintable(text: string): TextFault | undefined {
  const found = UNPRINTABLE.exec(text)
  if (found === null) return undefined
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  const message = `the character U+${code} cannot stand in a model`
  const remedy = 'Remove it, and save the file as plain text in UTF-8.'
  return { fault: { path: [], message, remedy }, offset: found.index }
}
