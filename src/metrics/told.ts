import { Counter, Histogram, type Registry } from 'prom-client'
import { type ErrorKind, type Events, hear } from '../diagnostics.ts'
import { DUE_STAGES } from '../store/due.ts'

/** Seconds: a slice of work takes up to 10 s, and ends in one call that may take 30 s more. */
const BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40]

const JOB_OUTCOMES: readonly Events['job']['outcome'][] = ['done', 'failed']
const CALL_STATUSES = ['2xx', '3xx', '401', '403', '429', '4xx', '5xx', 'none']
const RENEWAL_OUTCOMES: readonly ('renewed' | ErrorKind)[] = [
  'renewed',
  'unavailable',
  'disconnected',
  'misconfigured',
  'other',
]
const WEBHOOK_OUTCOMES = ['stored', 'not_genuine', 'unreadable', 'too_many', 'not_stored']

/**
 * Counts what this process tells about its work.
 * @param crms those that are configured
 * @returns the function that ends it
 */
export function createToldMetrics(registry: Registry, crms: readonly string[]): () => void {
  const counts = registerCounts(registry)
  startAtZero(counts, crms)
  const endings = [
    hear('job', ({ stage, outcome, ms }) => counts.jobs.observe({ stage, outcome }, ms / 1000)),
    hear('batch returned', (labels) => counts.returned.inc(labels)),
    hear('crm call', ({ crm, status, ms }) =>
      counts.calls.observe({ crm, status: callStatus(status) }, ms / 1000),
    ),
    hear('token renewal', (labels) => counts.renewals.inc(labels)),
    hear('webhook', ({ crm, status }) =>
      counts.webhooks.inc({ crm: crm ?? 'unknown', outcome: webhookOutcome(status) }),
    ),
    hear('records unlisted', ({ crm, records }) => counts.unlisted.inc({ crm }, records)),
  ]
  return () => {
    for (const end of endings) end()
  }
}

type Counts = ReturnType<typeof registerCounts>

function registerCounts(registry: Registry) {
  const registers = [registry]
  return {
    jobs: new Histogram({
      name: 'plumbline_job_seconds',
      help: 'Jobs of this process and how long they took',
      labelNames: ['stage', 'outcome'],
      buckets: BUCKETS,
      registers,
    }),
    returned: new Counter({
      name: 'plumbline_batches_returned_total',
      help: 'Batches that a stage gave back, by what was in the way; their rows stay due',
      labelNames: ['crm', 'stage', 'error'],
      registers,
    }),
    calls: new Histogram({
      name: 'plumbline_crm_request_seconds',
      help: 'Requests of this process to a CRM and how long their answers took',
      labelNames: ['crm', 'status'],
      buckets: BUCKETS,
      registers,
    }),
    renewals: new Counter({
      name: 'plumbline_token_renewals_total',
      help: 'Requests for new tokens and what came of them',
      labelNames: ['crm', 'outcome'],
      registers,
    }),
    webhooks: new Counter({
      name: 'plumbline_webhook_requests_total',
      help: 'Webhooks that were answered and how',
      labelNames: ['crm', 'outcome'],
      registers,
    }),
    unlisted: new Counter({
      name: 'plumbline_unlisted_records_total',
      help: 'Records that we hold and that the lists of a full reading left out',
      labelNames: ['crm'],
      registers,
    }),
  }
}

/** `increase()` does not see the first count of a series that was not there before. */
function startAtZero(counts: Counts, crms: readonly string[]): void {
  for (const stage of DUE_STAGES) {
    for (const outcome of JOB_OUTCOMES) counts.jobs.zero({ stage, outcome })
  }
  for (const crm of crms) {
    for (const status of CALL_STATUSES) counts.calls.zero({ crm, status })
    for (const outcome of RENEWAL_OUTCOMES) counts.renewals.inc({ crm, outcome }, 0)
    for (const outcome of WEBHOOK_OUTCOMES) counts.webhooks.inc({ crm, outcome }, 0)
    counts.unlisted.inc({ crm }, 0)
  }
}

/** By class, but for the refusals that each have a meaning of their own. */
function callStatus(status: number | null): string {
  if (status === null) return 'none'
  if (status === 401 || status === 403 || status === 429) return String(status)
  return `${Math.floor(status / 100)}xx`
}

function webhookOutcome(status: number): string {
  if (status === 401) return 'not_genuine'
  if (status === 404) return 'unknown_crm'
  if (status === 429) return 'too_many'
  if (status >= 500) return 'not_stored'
  return status >= 400 ? 'unreadable' : 'stored'
}
