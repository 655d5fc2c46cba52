import { createHash } from 'node:crypto'
import { ZodError } from 'zod'
import { CrmError, CrmRejected, NotGenuine, UserError } from './errors.ts'

/**
 * What may stand in the log of what is logged: numbers, moments, words of ours, ids of records, and of errors what
 * they are and where they arose. Everything else is replaced by a hash, because CRMs, databases and parsers quote
 * people's data in what they say.
 */
export function withoutValues(logged: object): Record<string, unknown> {
  return redactedFields(logged, 0)
}

function redactedFields(fields: object, depth: number): Record<string, unknown> {
  const entries = Object.entries(fields).map(([key, value]) => [
    WORD.test(key) ? key : hashOf(key),
    redacted(key, value, depth),
  ])
  return Object.fromEntries(entries)
}

const WORD = /^\w{1,40}$/

/** Keys whose texts are ours, the operator's or ids. Texts under any other key become hashes. */
const OUR_TEXTS: ReadonlySet<string> = new Set([
  ...['stage', 'queue', 'role', 'signal', 'kind', 'crm', 'status', 'outcome', 'what'],
  ...['installationId', 'run', 'person', 'id', 'requestId', 'errorId', 'model', 'method'],
  // What is read and written, as the CRM's admin and the model's author named it.
  ...['object', 'property', 'field', 'stream'],
  // Reasons why an event cannot be read: connectors name its fields there, never its values.
  'reasons',
  // Places on this machine.
  ...['home', 'closed', 'account', 'copy', 'dataDirectory'],
])

/** Deeper than anything that is logged on purpose. */
const DEEPEST = 4

function redacted(key: string, value: unknown, depth: number): unknown {
  if (value instanceof Error) return describeError(value)
  if (value instanceof Date) return value
  if (typeof value === 'string') return redactedText(key, value)
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'function' || typeof value === 'symbol' ? undefined : value
  }
  if (depth === DEEPEST) return undefined
  if (Array.isArray(value)) return value.map((each) => redacted(key, each, depth + 1))
  return redactedFields(value, depth + 1)
}

function redactedText(key: string, text: string): string {
  if (key === 'path') return knownPath(text)
  return OUR_TEXTS.has(key) ? scrubbed(text) : hashOf(text)
}

/** Parts of our addresses. Others are records, or whatever a stranger has typed. */
const PATH_WORDS: ReadonlySet<string> = new Set([
  ...['', 'install', 'oauth', 'callback', 'webhooks', 'cards', 'livez', 'readyz', 'metrics'],
  ...['admin', 'setup', 'sign-in', 'sign-out', 'password', 'hubspot', 'salesforce'],
])

function knownPath(path: string): string {
  const parts = path.split('/').slice(0, 8)
  return parts.map((part) => (PATH_WORDS.has(part) ? part : '*')).join('/')
}

/** The same for the same text: `left(encode(sha256(convert_to(last_error, 'UTF8')), 'hex'), 10)` finds it in `due`. */
function hashOf(text: string): string {
  return `#${createHash('sha256').update(text).digest('hex').slice(0, 10)}`
}

const LONGEST_TEXT = 500

/** A second net under texts that are ours: what looks like an address or a credential is taken out all the same. */
function scrubbed(text: string): string {
  return text
    .slice(0, LONGEST_TEXT)
    .replace(/\/\/[^\s/@]+@/g, '//')
    .replace(/(https?:\/\/[^\s?#]+)[?#]\S*/g, '$1')
    .replace(/\bBearer\s+\S+/gi, 'Bearer …')
    .replace(/[^\s@"'<>()]+@[^\s@"'<>()]+/g, '…@…')
}

/** What the log says of an error. */
interface ErrorLine {
  readonly class: string
  /** The message, where it is ours from beginning to end. */
  readonly words?: string
  /** Of a message that is not. */
  readonly text?: string
  /** Status, codes, table… as far as they are words of a protocol. */
  readonly [detail: string]: unknown
}

const LONGEST_CHAIN = 3

function describeError(error: Error, depth = 0): ErrorLine {
  const own = ownWords(error)
  const { cause } = error
  return {
    class: classOf(error),
    ...(error instanceof CrmError && { crm: error.crm }),
    ...protocolWords(error),
    ...(own === null ? { text: hashOf(error.message) } : { words: own }),
    ...(!(error instanceof UserError || error instanceof NotGenuine) && { at: placesOf(error) }),
    ...(cause instanceof Error &&
      depth < LONGEST_CHAIN && { cause: describeError(cause, depth + 1) }),
  }
}

/** The message of an error of ours, without what it quotes; null where all of it may be somebody else's. */
function ownWords(error: Error): string | null {
  if (error instanceof UserError || error instanceof NotGenuine) return scrubbed(error.message)
  // Refusals tell the operator in the CRM's words what to mend; they are filed, and shown by `plumbline rejections`.
  if (!(error instanceof CrmError) || error instanceof CrmRejected) return null
  const { message, quotes } = error
  return scrubbed(quotes ? message.replaceAll(quotes, hashOf(quotes)) : message)
}

function classOf(error: Error): string {
  const name = /^error$/i.test(error.name) ? error.constructor.name : error.name
  return WORD.test(name) ? name : 'Error'
}

/** Of Node, Postgres and gRPC: `ECONNREFUSED`, `23505`. */
const SYSTEM_CODE = /^[0-9A-Z][0-9A-Z_]{1,59}$/
/** Of a CRM, which may put anything there: `DUPLICATE_VALUE`. Nobody is called like that. */
const CRM_CODE = /^[A-Z]+(?:_[A-Z0-9]+){1,9}$/
const NAME = /^[a-z][a-z0-9_]{0,62}$/
const MOST_CODES = 5

type Fields = Readonly<Record<string, unknown>>

function protocolWords(error: Error): Fields {
  const fields: Fields = { ...error }
  const { status, code, codes, severity } = fields
  const distinct = error instanceof ZodError ? issuesOf(error) : crmCodes(codes)
  return {
    ...(Number.isInteger(status) && { status }),
    ...((Number.isInteger(code) || fits(SYSTEM_CODE, code)) && { code }),
    ...(distinct.length > 0 && { codes: distinct.slice(0, MOST_CODES) }),
    ...(fits(SYSTEM_CODE, severity) && schemaWords(fields)),
  }
}

function issuesOf({ issues }: ZodError): readonly string[] {
  return [...new Set(issues.map(({ code }) => code))]
}

function crmCodes(codes: unknown): readonly unknown[] {
  return codes instanceof Set ? [...codes].filter((code) => fits(CRM_CODE, code)) : []
}

function fits(form: RegExp, code: unknown): boolean {
  return typeof code === 'string' && form.test(code)
}

/** Of our own migrations, as Postgres names them beside what it says of the row. */
function schemaWords({ table, constraint }: Fields): Fields {
  return {
    ...(fits(NAME, table) && { table }),
    ...(fits(NAME, constraint) && { constraint }),
  }
}

const OUR_FILES = /\/((?:src|jobs|connectors|config)\/[\w/-]+\.ts:\d+)/g
const MOST_PLACES = 3

/** Where it arose, in our files. The message, which stands before, may look like a place. */
function placesOf({ stack = '', message }: Error): readonly string[] {
  const start = stack.indexOf(message)
  const frames = start < 0 ? '' : stack.slice(start + message.length)
  const places = [...frames.matchAll(OUR_FILES)].map(([, place]) => place ?? '')
  return places.slice(0, MOST_PLACES)
}

/** The last words of a server, on stderr and in the queue's tables: the remedy where there is one, no values ever. */
export function safeWords(thrown: unknown): string {
  if (thrown instanceof UserError) return thrown.message
  if (!(thrown instanceof Error)) return 'something was thrown that is no error'
  const { class: name, code, status, words, text, at } = describeError(thrown)
  const places = Array.isArray(at) ? at.map((place) => `\n    at ${place}`).join('') : ''
  const said = [name, code, status, words ?? `with a text that is not repeated (${text})`]
  return said.filter((part) => part !== undefined).join(' ') + places
}
