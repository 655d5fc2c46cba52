import type { Delivery } from './webhook-request.ts'

const ERRORS_KEPT = 10

/** What was sent since the start or the last reset. Events, except where it says requests. */
interface Counts {
  /** What subscriptions asked for, dropped ones too. */
  recorded: number
  dropped: number
  /** Accepted by the app, every copy. */
  delivered: number
  /** Given up after the last attempt. */
  failed: number
  /** Requests sent. */
  attempts: number
  /** Requests that got no answer in time. */
  lateAnswers: number
  slowestMs: number
  /** Requests by status, or `timeout` or `broken`. */
  byStatus: Record<string, number>
  lastErrors: string[]
}

function noCounts(): Counts {
  return {
    recorded: 0,
    dropped: 0,
    delivered: 0,
    failed: 0,
    attempts: 0,
    lateAnswers: 0,
    slowestMs: 0,
    byStatus: {},
    lastErrors: [],
  }
}

export interface WebhookReport {
  recorded(isDropped: boolean): void
  gaveUp(events: number): void
  answered(delivery: Delivery, events: number): void
  read(): Readonly<Counts>
  reset(): void
}

export function openReport(): WebhookReport {
  let counts = noCounts()
  return {
    recorded(isDropped) {
      counts.recorded += 1
      if (isDropped) counts.dropped += 1
    },
    gaveUp(events) {
      counts.failed += events
    },
    answered({ accepted, outcome, ms, error }, events) {
      counts.attempts += 1
      counts.byStatus[outcome] = (counts.byStatus[outcome] ?? 0) + 1
      counts.slowestMs = Math.max(counts.slowestMs, Math.round(ms))
      if (outcome === 'timeout') counts.lateAnswers += 1
      if (accepted) counts.delivered += events
      else
        counts.lastErrors = [error ?? `status ${outcome}`, ...counts.lastErrors].slice(
          0,
          ERRORS_KEPT,
        )
    },
    read: () => counts,
    reset() {
      counts = noCounts()
    },
  }
}
