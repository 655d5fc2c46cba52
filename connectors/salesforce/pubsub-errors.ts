import { type ServiceError, status } from '@grpc/grpc-js'
import { CrmRateLimited, CrmRejected, CrmUnavailable } from '../../src/errors.ts'
import { CRM } from './api-version.ts'

/** What the service means by a refusal: as HTTP would say it. */
const REFUSALS: ReadonlyMap<number, number> = new Map([
  [status.INVALID_ARGUMENT, 400],
  [status.PERMISSION_DENIED, 403],
  [status.NOT_FOUND, 404],
  [status.FAILED_PRECONDITION, 412],
  [status.UNIMPLEMENTED, 501],
])

/** Events of a day and org are counted; the count goes down over the hours. */
const EXHAUSTED_MS = 15 * 60_000

/** The service's own words for a position that it cannot go on from. */
const LOST_POSITION = [
  'sfdc.platform.eventbus.grpc.subscription.fetch.replayid.validation.failed',
  'sfdc.platform.eventbus.grpc.subscription.fetch.replayid.corrupted',
]

/** Turns what gRPC throws into the error whose class says what happens next; anything else stays what it is. */
export function feedErrorOf(thrown: unknown): unknown {
  if (!isServiceError(thrown)) return thrown
  const cause = { cause: thrown, quotes: thrown.details }
  const message = `The Pub/Sub API answered ${status[thrown.code] ?? thrown.code}: ${thrown.details}`
  if (thrown.code === status.UNAUTHENTICATED) {
    // Events only hasten: that the connection is over is for the web API to say, which everything rests on.
    return new CrmUnavailable(CRM, 'The Pub/Sub API refused the access token', cause)
  }
  if (thrown.code === status.RESOURCE_EXHAUSTED) {
    return new CrmRateLimited(CRM, EXHAUSTED_MS, cause)
  }
  const refusal = REFUSALS.get(thrown.code)
  if (refusal !== undefined) return new CrmRejected(CRM, refusal, message, cause)
  return new CrmUnavailable(CRM, message, cause)
}

/** The access token is over. */
export function isUnauthenticated(thrown: unknown): boolean {
  return isServiceError(thrown) && thrown.code === status.UNAUTHENTICATED
}

/** What was asked for will be refused each time. */
export function isRefused(thrown: unknown): boolean {
  return isServiceError(thrown) && REFUSALS.has(thrown.code)
}

/** The position is older than what is kept, or nothing that the service has given out. */
export function isLostPosition(thrown: unknown): boolean {
  if (!isServiceError(thrown)) return false
  return thrown.metadata.get('error-code').some((code) => LOST_POSITION.includes(String(code)))
}

function isServiceError(thrown: unknown): thrown is ServiceError {
  return thrown instanceof Error && 'code' in thrown && 'details' in thrown && 'metadata' in thrown
}
