import type { SandboxClock } from '../common/clock.ts'
import type { Store } from './store.ts'
import {
  claim,
  expire,
  nextDue,
  type QueuedEvent,
  releaseAll,
  settleAccepted,
  settleRefused,
} from './webhook-queue.ts'
import type { WebhookReport } from './webhook-report.ts'
import { type Delivery, post } from './webhook-request.ts'
import type { WebhookSettings } from './webhook-settings.ts'
import { signatureV1, signatureV3 } from './webhook-signature.ts'

const BATCH = 100
const REQUESTS_AT_A_TIME = 10
/** The sandbox's clock may be moved without anybody telling us: look at it this often while events wait. */
const LOOK_AGAIN_MS = 1_000
const MINUTE_MS = 60_000
/** The longest pause before each repetition; together they stay inside 24 hours. */
const PAUSES_MS = [1, 5, 15, 30, 60, 120, 180, 240, 360, 420].map((minutes) => minutes * MINUTE_MS)

export interface SenderContext {
  readonly store: Store
  readonly clock: SandboxClock
  readonly clientSecret: string
  readonly report: WebhookReport
  settings(): WebhookSettings
  random(): number
}

export interface Sender {
  /** Sends soon: what comes in the meantime goes along. Cheap. */
  wake(): void
  /** Sends what is due now. */
  send(): void
  requestsUnderWay(): number
  close(): void
}

/** An event of a portal that nobody knows, made from one of ours. */
function strangersEvent(event: QueuedEvent): string {
  const own: { portalId: number } = JSON.parse(event.body)
  return JSON.stringify({ ...own, portalId: own.portalId + 1 })
}

function bodyOf(events: readonly QueuedEvent[], mixPortals: boolean): string {
  const withIds = (event: QueuedEvent, body: string) =>
    `{"eventId":${event.eventId},"attemptNumber":${event.attempt},${body.slice(1)}`
  const texts = events.map((event) => withIds(event, event.body))
  const [first] = events
  if (mixPortals && first) texts.push(withIds(first, strangersEvent(first)))
  return `[${texts.join(',')}]`
}

function headersOf(context: SenderContext, url: string, body: string): Record<string, string> {
  const isMachineTime = context.settings().stampWith === 'machine'
  const timestamp = isMachineTime ? Date.now() : context.clock.now()
  const signed = { method: 'POST', url, body, timestamp }
  return {
    'content-type': 'application/json',
    'X-HubSpot-Signature-v3': signatureV3(context.clientSecret, signed),
    'X-HubSpot-Request-Timestamp': String(timestamp),
    'X-HubSpot-Signature': signatureV1(context.clientSecret, body),
    'X-HubSpot-Signature-Version': 'v1',
  }
}

function retryAt(context: SenderContext, attempt: number): number {
  const pause = PAUSES_MS[attempt] ?? 0
  return context.clock.now() + Math.ceil(pause * (0.5 + context.random() / 2))
}

function settle(context: SenderContext, events: readonly QueuedEvent[], delivery: Delivery): void {
  const { store, report, clock } = context
  report.answered(delivery, events.length)
  if (delivery.accepted) {
    settleAccepted(store, events)
    return
  }
  const attempt = events[0]?.attempt ?? 0
  report.gaveUp(settleRefused(store, events, clock.now(), retryAt(context, attempt)))
}

/** Sends queued events to the app's address until they are accepted or can be repeated no more. */
export function openSender(context: SenderContext): Sender {
  const { store, clock, settings } = context
  const closing = new AbortController()
  let underWay = 0
  /** Whether events may be due that only the number of requests holds back. */
  let isBackedUp = false
  let timer: { readonly at: number; readonly handle: NodeJS.Timeout } | undefined
  releaseAll(store)

  function wakeIn(ms: number): void {
    const at = performance.now() + ms
    if (closing.signal.aborted || (timer && timer.at <= at)) return
    clearTimeout(timer?.handle)
    timer = { at, handle: setTimeout(send, ms) }
  }

  function sleepUntilDue(): void {
    const due = nextDue(store)
    if (due === undefined || settings().targetUrl === null || underWay >= REQUESTS_AT_A_TIME) return
    const wait = Math.min(due - clock.now(), LOOK_AGAIN_MS)
    wakeIn(Math.max(wait, settings().gatherMs, 1))
  }

  async function deliver(url: string, events: readonly QueuedEvent[]): Promise<void> {
    const { chaos, timeoutMs } = settings()
    const body = bodyOf(events, chaos.mixPortals)
    const headers = headersOf(context, url, body)
    underWay += 1
    const delivery = await post({ url, headers, body, timeoutMs, signal: closing.signal })
    if (closing.signal.aborted) return
    underWay -= 1
    settle(context, events, delivery)
    if (isBackedUp) send()
    else sleepUntilDue()
  }

  function send(): void {
    clearTimeout(timer?.handle)
    timer = undefined
    const { targetUrl, chaos } = settings()
    if (targetUrl === null || closing.signal.aborted) return
    context.report.gaveUp(expire(store, clock.now()))
    isBackedUp = true
    while (underWay < REQUESTS_AT_A_TIME) {
      const events = claim(store, clock.now(), chaos.mixPortals ? BATCH - 1 : BATCH)
      isBackedUp = events.length > 0
      if (!isBackedUp) break
      void deliver(targetUrl, events)
    }
    sleepUntilDue()
  }

  return {
    wake: () => wakeIn(settings().gatherMs),
    send,
    requestsUnderWay: () => underWay,
    close() {
      clearTimeout(timer?.handle)
      closing.abort()
    },
  }
}
