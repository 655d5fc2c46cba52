import { z } from 'zod'
import { LostReference, resolveReferences } from './composite-references.ts'
import { describeEndpoints } from './describe.ts'
import { type Answer, apiCall, bodyOf, type Endpoint, type SandboxRequest } from './endpoint.ts'
import { ApiError, apiError, notFound } from './errors.ts'
import type { Org } from './org.ts'
import { queryEndpoints } from './query.ts'
import { readEndpoints } from './sobject-read.ts'
import { transaction } from './store.ts'

const SUBREQUESTS_MAX = 25

const Composite = z.object({
  allOrNone: z.boolean().default(false),
  compositeRequest: z.array(
    z.object({
      method: z.enum(['GET', 'POST', 'PATCH', 'DELETE']),
      url: z.string(),
      referenceId: z.string().regex(/^[A-Za-z0-9]\w*$/),
      body: z.unknown().optional(),
      httpHeaders: z.record(z.string(), z.string()).default({}),
    }),
  ),
})
type Subrequest = z.infer<typeof Composite>['compositeRequest'][number]

interface Part {
  readonly body: unknown
  readonly httpHeaders: Readonly<Record<string, string>>
  readonly httpStatusCode: number
  readonly referenceId: string
  readonly written: number
}

/** The values of an endpoint's named segments in a path; undefined where it is another endpoint's. */
function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const [wanted, sent] = [pattern.split('/'), path.split('/')]
  if (wanted.length !== sent.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, segment] of wanted.entries()) {
    const value = decodeURIComponent(sent[index] ?? '')
    if (segment.startsWith(':')) params[segment.slice(1)] = value
    else if (segment !== value) return undefined
  }
  return params
}

function dispatch(
  endpoints: readonly Endpoint[],
  request: SandboxRequest,
  { method, httpHeaders }: Subrequest,
  sent: { readonly url: string; readonly body: unknown },
): Answer {
  const url = new URL(sent.url, request.url)
  for (const endpoint of endpoints) {
    if (endpoint.method !== method.toLowerCase()) continue
    const params = matchPath(endpoint.path, url.pathname.replace(/\/$/, ''))
    if (!params) continue
    const named = Object.entries(httpHeaders).map(([name, value]) => [name.toLowerCase(), value])
    const headers = { ...request.headers, ...Object.fromEntries(named) }
    const answer = endpoint.run({
      ...request,
      params,
      url,
      query: url.searchParams,
      headers,
      body: sent.body,
    })
    if (!(answer instanceof Promise)) return answer
    throw apiError(400, 'INVALID_INPUT', `${url.pathname} is not supported in a composite request`)
  }
  throw notFound()
}

function halted(referenceId: string, message: string): Part {
  const body = [{ errorCode: 'PROCESSING_HALTED', message }]
  return { body, httpHeaders: {}, httpStatusCode: 400, referenceId, written: 0 }
}

function runPart(
  endpoints: readonly Endpoint[],
  request: SandboxRequest,
  subrequest: Subrequest,
  answered: ReadonlyMap<string, unknown>,
): Part {
  const { referenceId } = subrequest
  try {
    const sent = {
      url: String(resolveReferences(subrequest.url, answered)),
      body: resolveReferences(subrequest.body, answered),
    }
    const {
      status,
      body = null,
      headers = {},
      written = 0,
    } = dispatch(endpoints, request, subrequest, sent)
    return { body, httpHeaders: headers, httpStatusCode: status, referenceId, written }
  } catch (error) {
    if (error instanceof LostReference) return halted(referenceId, error.message)
    if (!(error instanceof ApiError)) throw error
    const { body, status } = error
    return { body, httpHeaders: {}, httpStatusCode: status, referenceId, written: 0 }
  }
}

/** A collection answers with 200 even where a record of it failed. */
function hasFailed({ httpStatusCode, body }: Part): boolean {
  if (httpStatusCode >= 300) return true
  const Failed = z.looseObject({ success: z.literal(false) })
  return Array.isArray(body) && body.some((one) => Failed.safeParse(one).success)
}

/** Carries the parts out of a transaction that must not be kept. */
class RolledBack extends Error {
  readonly parts: readonly Part[]
  constructor(parts: readonly Part[]) {
    super('the composite request was rolled back')
    this.parts = parts
  }
}

function runParts(
  endpoints: readonly Endpoint[],
  request: SandboxRequest,
  { compositeRequest, allOrNone }: z.infer<typeof Composite>,
): Part[] {
  const answered = new Map<string, unknown>()
  const parts: Part[] = []
  for (const subrequest of compositeRequest) {
    const part = runPart(endpoints, request, subrequest, answered)
    parts.push(part)
    if (!hasFailed(part)) answered.set(part.referenceId, part.body)
    else if (allOrNone) throw new RolledBack(parts)
  }
  return parts
}

const HALTED =
  'The transaction was rolled back since another operation in the same transaction failed.'

/** All parts in one transaction: the one that failed says why, the others that they were halted. */
function runTogether(
  org: Org,
  wanted: z.infer<typeof Composite>,
  run: () => Part[],
): readonly Part[] {
  try {
    return transaction(org.store, run)
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error
    const failed = error.parts.at(-1)
    return wanted.compositeRequest.map(({ referenceId }) =>
      failed?.referenceId === referenceId ? failed : halted(referenceId, HALTED),
    )
  }
}

function compose(org: Org, endpoints: readonly Endpoint[], request: SandboxRequest): Answer {
  const wanted = bodyOf(request, Composite)
  const { compositeRequest, allOrNone } = wanted
  if (compositeRequest.length > SUBREQUESTS_MAX) {
    const message = `Limit of ${SUBREQUESTS_MAX} subrequests exceeded`
    throw apiError(400, 'LIMIT_EXCEEDED', message)
  }
  const ids = new Set(compositeRequest.map(({ referenceId }) => referenceId))
  if (ids.size < compositeRequest.length)
    throw apiError(400, 'INVALID_INPUT', 'Duplicate referenceId provided in the request.')
  const run = () => runParts(endpoints, request, wanted)
  const parts = allOrNone ? runTogether(org, wanted, run) : run()
  const compositeResponse = parts.map(({ written: _, ...part }) => part)
  const written = parts.reduce((sum, part) => sum + part.written, 0)
  return { status: 200, body: { compositeResponse }, written }
}

/** Up to 25 calls in one, which may use what those before them answered; counts as one call. */
export function compositeEndpoint(org: Org, writing: readonly Endpoint[]): Endpoint {
  const reading = [...describeEndpoints(org), ...readEndpoints(org), ...queryEndpoints(org)]
  return apiCall('post', '/composite', (request) => compose(org, [...writing, ...reading], request))
}
