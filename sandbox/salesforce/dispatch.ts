import { setTimeout as delay } from 'node:timers/promises'
import type { Express, NextFunction, Request, Response } from 'express'
import { type Answer, checkVersion, type Endpoint, type SandboxRequest } from './endpoint.ts'
import { ApiError, apiError, invalidSession, jsonParserError, limitExceeded } from './errors.ts'
import { type Effects, NO_EFFECTS } from './faults.ts'
import { userOfToken } from './oauth-tokens.ts'
import type { Org } from './org.ts'
import { ADMIN_USER_ID, type User } from './users.ts'

const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
const ADMIN: User = { id: ADMIN_USER_ID }

type Instead = NonNullable<Effects['instead']>

const isForm = (contentType: string) => contentType.startsWith('application/x-www-form-urlencoded')

function parseBody(text: string, contentType: string): unknown {
  if (text === '') return undefined
  if (isForm(contentType)) return Object.fromEntries(new URLSearchParams(text))
  if (!contentType.startsWith('application/json')) return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw jsonParserError('The HTTP entity body cannot be parsed as JSON')
  }
}

function headersOf(req: Request): Record<string, string> {
  const entries = Object.entries(req.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ])
  return Object.fromEntries(entries)
}

function readRequest(org: Org, req: Request, effects: Effects): SandboxRequest {
  const text = typeof req.body === 'string' ? req.body : ''
  const url = new URL(req.originalUrl, `http://${req.get('host') ?? '127.0.0.1'}`)
  const params = Object.entries(req.params).map(([name, value]) => [name, String(value)])
  const authorization = req.get('authorization') ?? ''
  const contentType = req.get('content-type') ?? ''
  return {
    params: Object.fromEntries(params),
    url,
    query: url.searchParams,
    headers: headersOf(req),
    body: parseBody(text, contentType),
    isForm: isForm(contentType),
    text,
    token: /^(?:Bearer|OAuth) +(.+)$/i.exec(authorization)?.[1] ?? '',
    user: ADMIN,
    now: org.clock.now(),
    effects,
  }
}

/** @throws ApiError 401 where the token is missing, unknown, revoked or too old. */
function admitUser(org: Org, { token, now }: SandboxRequest): User {
  const user = userOfToken(org, token, now)
  if (user === undefined || user === 'expired') throw invalidSession()
  return user
}

function limitInfo({ usage }: Org, now: number): Record<string, string> {
  return { 'Sforce-Limit-Info': `api-usage=${usage.used(now)}/${usage.limit}` }
}

/** What became of a request, for the ledger. */
interface Course {
  headers: Record<string, string>
  isRefused: boolean
}

async function runEndpoint(
  org: Org,
  endpoint: Endpoint,
  req: Request,
  effects: Effects,
  course: Course,
): Promise<Answer> {
  const anonymous = readRequest(org, req, effects)
  const version = anonymous.params['version']
  if (version !== undefined) checkVersion(version)
  const user = endpoint.auth === 'bearer' ? admitUser(org, anonymous) : ADMIN
  if (endpoint.counted) {
    course.isRefused = !org.usage.take(anonymous.now)
    course.headers = limitInfo(org, anonymous.now)
    if (course.isRefused) throw limitExceeded()
  }
  return await endpoint.run({ ...anonymous, user })
}

function refusal(error: unknown): Answer {
  if (error instanceof ApiError) return { status: error.status, body: error.body }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return refusal(apiError(500, 'UNKNOWN_EXCEPTION', `The sandbox itself failed: ${detail}`))
}

function contentOf(answer: Answer): { text: string; type: string } {
  if (answer.html !== undefined) return { text: answer.html, type: 'text/html' }
  if (answer.csv !== undefined) return { text: answer.csv, type: 'text/csv' }
  return {
    text: answer.body === undefined ? '' : JSON.stringify(answer.body),
    type: 'application/json',
  }
}

function send(res: Response, answer: Answer, truncate = false): void {
  res.status(answer.status).set(answer.headers ?? {})
  if (answer.redirect !== undefined) {
    res.set('Location', answer.redirect).end()
    return
  }
  const { text, type } = contentOf(answer)
  if (text !== '') res.type(type)
  if (answer.html !== undefined) res.set('Content-Security-Policy', PAGE_POLICY)
  const bytes = Buffer.from(text)
  res.end(truncate ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes)
}

/** The answer that a fault gives in place of the request; undefined when there will be none. */
function replacement(fault: Instead, res: Response): Answer | undefined {
  switch (fault.kind) {
    case 'hang':
      return undefined
    case 'reset':
      res.socket?.resetAndDestroy()
      return undefined
    case 'session':
      return refusal(invalidSession())
    case 'limit':
      return refusal(limitExceeded())
    case 'status': {
      const { status, html, headers = {} } = fault
      if (html !== undefined) return { status, html, headers }
      const body = fault.body ?? [{ message: 'Fault on demand', errorCode: 'SERVER_UNAVAILABLE' }]
      return { status, body, headers }
    }
  }
}

/** A route as the ledger names it: method and path without the version, `{type}` for a parameter. */
function routeLabel(endpoint: Endpoint): string {
  const path = endpoint.path.replace('/:version', '').replaceAll(/:(\w+)/g, '{$1}')
  return `${endpoint.method.toUpperCase()} ${path}`
}

async function handle(org: Org, endpoint: Endpoint, req: Request, res: Response): Promise<void> {
  const effects = org.faults.meet(req.method, req.originalUrl)
  const course: Course = { headers: {}, isRefused: false }
  const route = routeLabel(endpoint)
  const note = (outcome: string, recordsWritten = 0, isRefused = course.isRefused) =>
    org.ledger.record({ route, outcome, recordsWritten, isRefused })
  if (effects.delayMs > 0) await delay(effects.delayMs, undefined, { ref: false })
  res.set('Date', new Date(org.clock.now()).toUTCString())
  if (effects.instead) {
    const answer = replacement(effects.instead, res)
    note(answer ? String(answer.status) : effects.instead.kind, 0, effects.instead.kind === 'limit')
    if (answer) send(res, answer)
    return
  }
  const answer = await runEndpoint(org, endpoint, req, effects, course).catch(refusal)
  note(effects.spoil === 'apply-then-reset' ? 'reset' : String(answer.status), answer.written)
  if (effects.spoil === 'apply-then-reset') res.socket?.resetAndDestroy()
  else send(res.set(course.headers), answer, effects.spoil === 'truncate')
}

/** Serves an endpoint: faults, then version, token and limit, then the endpoint itself. */
export function serveEndpoint(server: Express, org: Org, endpoint: Endpoint): void {
  server[endpoint.method](endpoint.path, (req: Request, res: Response, next: NextFunction) => {
    handle(org, endpoint, req, res).catch(next)
  })
}

/** Serves a lever, which no fault, token, limit or ledger touches. */
export function serveControl(server: Express, org: Org, endpoint: Endpoint): void {
  const answerOf = async (req: Request) => endpoint.run(readRequest(org, req, NO_EFFECTS))
  server[endpoint.method](endpoint.path, (req: Request, res: Response, next: NextFunction) => {
    answerOf(req)
      .catch(refusal)
      .then((answer) => send(res, answer))
      .catch(next)
  })
}
