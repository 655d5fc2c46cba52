import { setTimeout as delay } from 'node:timers/promises'
import type { Express, NextFunction, Request, Response } from 'express'
import { type Answer, API_VERSIONS, type Endpoint, type SandboxRequest } from './endpoint.ts'
import { ApiError, apiError, invalid, notFound, rateLimited } from './errors.ts'
import type { Effects } from './faults.ts'
import { admitBearer } from './oauth-tokens.ts'
import type { Sandbox } from './sandbox.ts'

/** What happened to a request on its way; becomes one entry of the ledger. */
interface Course {
  countedAt: number | null
  recordsWritten: number
  overLimit: boolean
}

const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

type Instead = NonNullable<Effects['instead']>

function parseBody(text: string, isForm: boolean): unknown {
  if (text === '') return undefined
  if (isForm) return Object.fromEntries(new URLSearchParams(text))
  try {
    return JSON.parse(text)
  } catch {
    throw invalid('Invalid input JSON: the body cannot be parsed')
  }
}

function readRequest(sandbox: Sandbox, req: Request, effects: Effects): SandboxRequest {
  const text = typeof req.body === 'string' ? req.body : ''
  const url = new URL(req.originalUrl, `http://${req.get('host') ?? '127.0.0.1'}`)
  const isForm = (req.get('content-type') ?? '').startsWith('application/x-www-form-urlencoded')
  const params = Object.entries(req.params).map(([name, value]) => [name, String(value)])
  const request = {
    params: Object.fromEntries(params),
    url,
    query: url.searchParams,
    body: parseBody(text, isForm),
    isForm,
    bodyLength: text.length,
    token: (req.get('authorization') ?? '').replace(/^Bearer /i, ''),
    now: sandbox.clock.now(),
    effects,
  }
  const version = request.params['version']
  if (version !== undefined && !API_VERSIONS.includes(version))
    throw notFound(`There is no version ${version} of this API`)
  return request
}

function runEndpoint(
  sandbox: Sandbox,
  endpoint: Endpoint,
  req: Request,
  res: Response,
  effects: Effects,
  course: Course,
): Answer {
  const request = readRequest(sandbox, req, effects)
  if (endpoint.scopes) admitBearer(sandbox, request, endpoint.scopes(request))
  for (const [name, value] of Object.entries(sandbox.limits.admit(endpoint.budget, request.now)))
    res.set(name, value)
  if (endpoint.budget === 'counted') course.countedAt = request.now
  const answer = endpoint.run(request)
  course.recordsWritten = answer.written ?? 0
  return answer
}

function refusal(error: unknown, res: Response): Answer {
  if (error instanceof ApiError) {
    for (const [name, value] of Object.entries(error.headers)) res.set(name, value)
    return { status: error.status, body: error.body }
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return apiErrorAnswer(apiError(500, 'INTERNAL_ERROR', `The sandbox itself failed: ${detail}`))
}

const apiErrorAnswer = (error: ApiError): Answer => ({ status: error.status, body: error.body })

function send(res: Response, answer: Answer, truncate: boolean): void {
  res.status(answer.status)
  if (answer.redirect !== undefined) {
    res.set('Location', answer.redirect).end()
    return
  }
  const text = answer.html ?? (answer.body === undefined ? '' : JSON.stringify(answer.body))
  if (text !== '') res.type(answer.html === undefined ? 'application/json' : 'text/html')
  if (answer.html !== undefined) res.set('Content-Security-Policy', PAGE_POLICY)
  const bytes = Buffer.from(text)
  res.end(truncate ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes)
}

/** The answer that a fault gives in place of the request; undefined when there will be none. */
function replacement(sandbox: Sandbox, fault: Instead, res: Response): Answer | undefined {
  switch (fault.kind) {
    case 'hang':
      return undefined
    case 'reset':
      res.socket?.resetAndDestroy()
      return undefined
    case '429':
      return apiErrorAnswer(rateLimited(fault.policyName, sandbox.app.appId))
    case 'status': {
      if (fault.retryAfter !== undefined) res.set('Retry-After', String(fault.retryAfter))
      if (fault.html !== undefined) return { status: fault.status, html: fault.html }
      const body = fault.body ?? apiError(fault.status, 'INTERNAL_ERROR', 'Fault on demand').body
      return { status: fault.status, body }
    }
  }
}

async function handle(sandbox: Sandbox, endpoint: Endpoint, req: Request, res: Response) {
  const effects = sandbox.faults.meet(req.method, req.originalUrl)
  const course: Course = { countedAt: null, recordsWritten: 0, overLimit: false }
  const note = (outcome: string) =>
    sandbox.ledger.record({
      route: routeLabel(endpoint),
      outcome,
      rateLimited: outcome === '429',
      isUpdate: endpoint.isUpdate ?? false,
      ...course,
    })
  res.set('Date', new Date(sandbox.clock.now()).toUTCString())
  if (effects.delayMs > 0) await delay(effects.delayMs, undefined, { ref: false })
  if (effects.instead) {
    const answer = replacement(sandbox, effects.instead, res)
    note(answer ? String(answer.status) : effects.instead.kind)
    if (answer) send(res, answer, false)
    return
  }
  let answer: Answer
  try {
    answer = runEndpoint(sandbox, endpoint, req, res, effects, course)
  } catch (error) {
    answer = refusal(error, res)
    // No fault gets here: those with a 429 of their own are answered above.
    course.overLimit = answer.status === 429
  }
  note(effects.spoil === 'apply-then-reset' ? 'reset' : String(answer.status))
  if (effects.spoil === 'apply-then-reset') res.socket?.resetAndDestroy()
  else send(res, answer, effects.spoil === 'truncate')
}

/** A route as the ledger names it: method and path without the version, `{type}` for a parameter. */
function routeLabel(endpoint: Endpoint): string {
  const path = endpoint.path.replace('/:version', '').replaceAll(/:(\w+)/g, '{$1}')
  return `${endpoint.method.toUpperCase()} ${path}`
}

/** Serves an endpoint: faults, then token, then limits, then the endpoint itself. */
export function serveEndpoint(server: Express, sandbox: Sandbox, endpoint: Endpoint): void {
  server[endpoint.method](endpoint.path, (req: Request, res: Response, next: NextFunction) => {
    handle(sandbox, endpoint, req, res).catch(next)
  })
}

/** Serves a control endpoint, which no fault, token, limit or ledger touches. */
export function serveControl(server: Express, sandbox: Sandbox, endpoint: Endpoint): void {
  server[endpoint.method](endpoint.path, (req: Request, res: Response) => {
    const none = { delayMs: 0, searchLagMs: 0 }
    let answer: Answer
    try {
      answer = endpoint.run(readRequest(sandbox, req, none))
    } catch (error) {
      answer = refusal(error, res)
    }
    send(res, answer, false)
  })
}
