import { setTimeout as delay } from 'node:timers/promises'
import { tell } from '../src/diagnostics.ts'
import { CrmRateLimited, CrmUnavailable, messageOf } from '../src/errors.ts'
import { inCall, type Note } from '../src/tracing/spans.ts'
import type { Hold } from './connector.ts'

/** What a CRM answered, read to the end. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** Waits; ends early by throwing when `signal` fires. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>

/** The real thing; tests hand in one that does not wait. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, signal ? { signal } : {})
}

export interface ExchangeOptions {
  /** Named in errors: `hubspot`. */
  readonly crm: string
  /** For the answer as a whole, headers and body. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
  /** Looked at just before the request is sent, and followed until it is answered. */
  readonly hold?: Hold | undefined
  /** What traces tell of it: the method and the host, because paths name records. */
  readonly asks?: { readonly method: string; readonly url: string }
}

/**
 * Sends one request and reads the answer, whatever its status.
 * @param send may ignore the signal it is given: the deadline holds all the same
 * @throws CrmUnavailable when nothing whole arrived in time; the reason of `options.signal` when that fired
 */
export async function exchange(
  send: (signal: AbortSignal) => Promise<Response>,
  options: ExchangeOptions,
): Promise<Answer> {
  const { crm, asks, hold } = options
  hold?.assertHeld()
  const signal = eitherSignal(options.signal, hold?.signal)
  signal?.throwIfAborted()
  const about = { 'plumbline.crm': crm, ...(asks && targetOf(asks)) }
  const bounded = { ...options, signal }
  return inCall(`${crm} ${asks?.method ?? 'call'}`, about, (note) => told(send, bounded, note))
}

/** Fires when one of them does. */
export function eitherSignal(
  one: AbortSignal | undefined,
  other: AbortSignal | undefined,
): AbortSignal | undefined {
  return one && other ? AbortSignal.any([one, other]) : (one ?? other)
}

function targetOf({ method, url }: NonNullable<ExchangeOptions['asks']>) {
  return { 'http.request.method': method, 'server.address': URL.parse(url)?.host ?? '' }
}

async function told(
  send: (signal: AbortSignal) => Promise<Response>,
  options: ExchangeOptions,
  note: Note,
): Promise<Answer> {
  const { crm } = options
  const began = performance.now()
  try {
    const answer = await exchangeInTime(send, options)
    note({ 'http.response.status_code': answer.status })
    tell('crm call', { crm, status: answer.status, ms: performance.now() - began })
    return answer
  } catch (error) {
    // What we gave up ourselves says nothing about the CRM.
    const ours = options.signal?.aborted ?? false
    if (!ours) tell('crm call', { crm, status: null, ms: performance.now() - began })
    throw error
  }
}

async function exchangeInTime(
  send: (signal: AbortSignal) => Promise<Response>,
  options: ExchangeOptions,
): Promise<Answer> {
  const stop = new AbortController()
  const late = new CrmUnavailable(options.crm, `No answer within ${options.timeoutMs} ms`)
  const timer = setTimeout(() => stop.abort(late), options.timeoutMs)
  const cancel = () => stop.abort(options.signal?.reason)
  options.signal?.addEventListener('abort', cancel, { once: true })
  try {
    return await Promise.race([readAnswer(send, stop.signal), rejectOnAbort(stop.signal)])
  } catch (error) {
    if (stop.signal.aborted) throw stop.signal.reason
    const reason = reasonOf(error)
    throw new CrmUnavailable(options.crm, `The connection failed: ${reason}`, {
      cause: error,
      quotes: reason,
    })
  } finally {
    clearTimeout(timer)
    options.signal?.removeEventListener('abort', cancel)
  }
}

async function readAnswer(
  send: (signal: AbortSignal) => Promise<Response>,
  signal: AbortSignal,
): Promise<Answer> {
  const response = await send(signal)
  if (signal.aborted) {
    // Nobody waits for this answer any more; an unread body would keep its socket.
    await response.body?.cancel()
    throw signal.reason
  }
  return { status: response.status, headers: response.headers, text: await response.text() }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  return promise
}

/** fetch hides the socket's error behind "fetch failed". */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  return cause === undefined ? messageOf(error) : messageOf(cause)
}

/**
 * The JSON of an answer.
 * @throws CrmUnavailable when it is HTML, cut short or otherwise no JSON: never an empty result
 */
export function parseJson(crm: string, answer: Answer): unknown {
  try {
    return JSON.parse(answer.text)
  } catch (error) {
    throw new CrmUnavailable(crm, `Answer ${answer.status} is not whole JSON`, { cause: error })
  }
}

/** `Retry-After` in milliseconds, given in seconds or as a date; undefined when absent or unreadable. */
export function retryAfterMs(headers: Headers, now: Date): number | undefined {
  const text = headers.get('retry-after')?.trim()
  if (!text) return undefined
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000)
  const until = Date.parse(text)
  return Number.isNaN(until) ? undefined : Math.max(0, until - now.getTime())
}

/** How `withRetry` waits. */
export interface Waits {
  /** Keeps the whole account back, after the CRM asked for it. */
  hold(ms: number): Promise<void>
  readonly sleep: Sleep
  readonly signal?: AbortSignal | undefined
  /** 0..1; `Math.random` unless a test says otherwise. */
  readonly random?: () => number
}

/** Calls in all, when each fails with `CrmUnavailable`. */
export const MAX_TRIES = 4
/** First wait after `CrmUnavailable`; a locked HubSpot portal wants at least 2 s. Doubles each time. */
const FIRST_BACKOFF_MS = 2_000
/** Against a `Retry-After: 0`, which would otherwise be asked again without end. */
const SHORTEST_HOLD_MS = 1_000
/** All waits of one call together. What wants longer is for the job queue, not for a worker's slot. */
const MAX_WAITED_MS = 60_000

/**
 * Repeats `call` after transient errors: `CrmUnavailable` with exponential backoff and jitter, `CrmRateLimited`
 * after holding the account for the asked time, doubled at each repetition. Everything else is thrown at once.
 */
export async function withRetry<T>(call: () => Promise<T>, waits: Waits): Promise<T> {
  const tally: Tally = { failures: 0, holds: 0, waitedMs: 0 }
  for (;;) {
    try {
      return await call()
    } catch (error) {
      await waitAfter(error, tally, waits)
    }
  }
}

interface Tally {
  failures: number
  holds: number
  waitedMs: number
}

async function waitAfter(error: unknown, tally: Tally, waits: Waits): Promise<void> {
  const limited = error instanceof CrmRateLimited
  const ms = limited
    ? Math.max(error.retryAfterMs, SHORTEST_HOLD_MS) * 2 ** tally.holds++
    : backoffMs(error, ++tally.failures, waits.random ?? Math.random)
  tally.waitedMs += ms
  if (tally.waitedMs > MAX_WAITED_MS) throw error
  if (limited) await waits.hold(ms)
  else await waits.sleep(ms, waits.signal)
}

/** Wait after the n-th failure; infinite when it should not be tried again. */
function backoffMs(error: unknown, failures: number, random: () => number): number {
  if (!(error instanceof CrmUnavailable) || failures >= MAX_TRIES) return Number.POSITIVE_INFINITY
  return FIRST_BACKOFF_MS * 2 ** (failures - 1) * (1 + random() / 2)
}
