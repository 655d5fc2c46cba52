import type { z } from 'zod'
import { invalid, notFound } from './errors.ts'
import type { Effects } from './faults.ts'
import type { Budget } from './limits.ts'
import { findType } from './object-types.ts'
import type { RecordType } from './record.ts'

/** The dated versions of the API that this portal answers to. */
export const API_VERSIONS: readonly string[] = ['2026-09', '2026-03']

/** One request, already admitted. Times are milliseconds since the epoch. */
export interface SandboxRequest {
  readonly params: Readonly<Record<string, string>>
  readonly url: URL
  readonly query: URLSearchParams
  /** Parsed JSON or form fields; undefined where nothing was sent. */
  readonly body: unknown
  /** Whether the body came as form fields. */
  readonly isForm: boolean
  /** Length of the body in characters as it was sent. */
  readonly bodyLength: number
  readonly token: string
  readonly now: number
  readonly effects: Effects
}

export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly html?: string
  readonly redirect?: string
  /** How many records the request wrote. */
  readonly written?: number
}

/** The scopes of which an app needs every one; a nested list needs one of its members. */
export type Scopes = readonly (string | readonly string[])[]

export interface Endpoint {
  readonly method: 'get' | 'post' | 'patch' | 'delete'
  /** Express path; `:version` is checked before the request gets here. */
  readonly path: string
  readonly budget: Budget
  /** What the bearer of the token must be granted; undefined means that no token is asked for. */
  readonly scopes?: (request: Pick<SandboxRequest, 'params'>) => Scopes
  /** Whether the call updates records, for the ledger. */
  readonly isUpdate?: boolean
  run(request: SandboxRequest): Answer
}

/** The object type that a path segment names. @throws ApiError 400 for one the portal does not know. */
export function typeIn(request: Pick<SandboxRequest, 'params'>, segment = 'type'): RecordType {
  const name = request.params[segment] ?? ''
  const type = findType(name)
  if (type) return type
  throw invalid(`Unable to infer object type from: ${name}`)
}

/** A named part of the path, as it was sent. */
export function segment(request: SandboxRequest, name: string): string {
  const value = request.params[name]
  if (value === undefined) throw notFound(`The path has no ${name}`)
  return value
}

/** The body in the shape the endpoint needs. @throws ApiError 400 that says where it is not. */
export function bodyOf<T>(request: Pick<SandboxRequest, 'body'>, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(request.body ?? {})
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const place = issue?.path.map(String).join('.') || 'the body'
  throw invalid(`Invalid input JSON at ${place}: ${issue?.message ?? 'not understood'}`)
}

/** A whole-number query parameter between 1 and `max`. */
export function limitOf(query: URLSearchParams, fallback: number, max: number): number {
  const text = query.get('limit')
  if (text === null) return fallback
  const limit = Number(text)
  if (Number.isInteger(limit) && limit >= 1 && limit <= max) return limit
  throw invalid(`The limit ${text} is not valid: it must be between 1 and ${max}.`)
}
