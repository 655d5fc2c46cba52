import type { z } from 'zod'
import { invalidType, jsonParserError, notFound, unsupportedVersion } from './errors.ts'
import type { Effects } from './faults.ts'
import { findType } from './objects.ts'
import type { Org } from './org.ts'
import type { SObjectType } from './record.ts'
import type { User } from './users.ts'

/** Versions of the API that this org answers to. Those below are retired, those above not made yet. */
export const OLDEST_VERSION = 31
export const NEWEST_VERSION = 68

/** One request, already admitted. Times are milliseconds since the epoch. */
export interface SandboxRequest {
  readonly params: Readonly<Record<string, string>>
  readonly url: URL
  readonly query: URLSearchParams
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Parsed JSON or form fields; undefined where nothing, or something else, was sent. */
  readonly body: unknown
  /** Whether the body came as form fields. */
  readonly isForm: boolean
  /** The body as it was sent. */
  readonly text: string
  /** The bearer's token; empty where there is none. */
  readonly token: string
  /** Who asks; the administrator where the endpoint asks for no token. */
  readonly user: User
  readonly now: number
  readonly effects: Effects
}

export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly csv?: string
  readonly html?: string
  readonly redirect?: string
  readonly headers?: Readonly<Record<string, string>>
  /** How many records the request wrote. */
  readonly written?: number
}

export interface Endpoint {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** Express path; `:version` (as in `/services/data/:version/query`) is checked before the request gets here. */
  readonly path: string
  /** Whether a call counts against the daily limit. */
  readonly counted: boolean
  readonly auth: 'bearer' | 'none'
  run(request: SandboxRequest): Answer | Promise<Answer>
}

/** @throws ApiError 410 for a retired version, 404 for one that does not exist. */
export function checkVersion(version: string): void {
  const number = /^v(\d{1,3})\.0$/.exec(version)?.[1]
  if (number === undefined || Number(number) > NEWEST_VERSION) throw notFound()
  if (Number(number) < OLDEST_VERSION) throw unsupportedVersion(version)
}

/** A call of the API, by somebody signed in; it counts against the daily limit. */
export function apiCall(method: Endpoint['method'], path: string, run: Endpoint['run']): Endpoint {
  return { method, path: `/services/data/:version${path}`, counted: true, auth: 'bearer', run }
}

/** What a test or the demo pulls at; no token, limit, fault or ledger touches it. */
export function lever(method: Endpoint['method'], path: string, run: Endpoint['run']): Endpoint {
  return { method, path, counted: false, auth: 'none', run }
}

/** The beginning of all addresses in answers: `/services/data/v66.0`. */
export function dataPath(request: Pick<SandboxRequest, 'params'>): string {
  return `/services/data/${request.params['version'] ?? `v${NEWEST_VERSION}.0`}`
}

/** The object that a path segment names. @throws ApiError 404 for one the org does not have. */
export function typeIn(
  { store }: Pick<Org, 'store'>,
  request: Pick<SandboxRequest, 'params'>,
  segment = 'type',
): SObjectType {
  const type = findType(store, request.params[segment] ?? '')
  if (type) return type
  throw notFound()
}

/** The object that a request's body names. @throws ApiError 400 INVALID_TYPE */
export function typeNamed({ store }: Pick<Org, 'store'>, name: string): SObjectType {
  const type = findType(store, name)
  if (type) return type
  throw invalidType(name)
}

/** A named part of the path, as it was sent. */
export function param(request: Pick<SandboxRequest, 'params'>, name: string): string {
  return request.params[name] ?? ''
}

/** The body in the shape an endpoint expects. @throws ApiError 400 naming the part that is not. */
export function bodyOf<S extends z.ZodType>(
  request: Pick<SandboxRequest, 'body'>,
  schema: S,
): z.infer<S> {
  const result = schema.safeParse(request.body ?? {})
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw jsonParserError(`${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'not understood'}`)
}
