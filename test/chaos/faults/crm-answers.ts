import type { Fault } from '../fault.ts'
import { crmOf } from '../fault.ts'

/** What the sandboxes' `__faults` take. */
type Trouble = object

/** Requests of our app to the CRM itself; the consent pages and the levers are elsewhere. */
const ROUTE = { hubspot: '/crm/', salesforce: '/services/data/' } as const

const some = (crm: keyof typeof ROUTE, probability: number, what: object): Trouble => ({
  match: { route: ROUTE[crm], probability },
  do: what,
})
/** The same at both CRMs. */
const both = (probability: number, what: object) => ({
  hubspot: [some('hubspot', probability, what)],
  salesforce: [some('salesforce', probability, what)],
})

interface Troubles {
  readonly hubspot?: readonly Trouble[]
  readonly salesforce?: readonly Trouble[]
}

function answers(name: string, { hubspot = [], salesforce = [] }: Troubles): Fault {
  return {
    name,
    kind: 'crm',
    async start(stage) {
      if (hubspot.length > 0) await crmOf(stage, 'hubspot').faults.set(name, hubspot)
      if (salesforce.length > 0) await crmOf(stage, 'salesforce').faults.set(name, salesforce)
    },
    async stop({ crms }) {
      for (const { faults } of crms) await faults.clear(name)
    },
  }
}

const status = (code: number, rest: object = {}) => ({ kind: 'status', status: code, ...rest })
const CONCURRENT = {
  errorCode: 'REQUEST_LIMIT_EXCEEDED',
  message: 'ConcurrentPerOrgLongTxn Limit exceeded.',
}
const HTML = '<html><body>Bad gateway</body></html>'
const WRITES = { hubspot: 'batch/update', salesforce: '/composite/sobjects' } as const

/** Writes, and what becomes of them. */
const write = (crm: keyof typeof WRITES, probability: number, what: object): Trouble => ({
  match: { route: WRITES[crm], probability },
  do: what,
})

/** HubSpot takes no write: for longer than one call is repeated, where it lasts. */
export const NO_WRITES = answers('no-writes', { hubspot: [write('hubspot', 1, status(503))] })

/** Wrong, late and broken answers of the CRMs. */
export const CRM_ANSWERS: readonly Fault[] = [
  answers('hubspot-429', {
    hubspot: [
      some('hubspot', 0.3, { kind: '429', policyName: 'TEN_SECONDLY_ROLLING' }),
      some('hubspot', 0.2, { kind: '429', policyName: 'SECONDLY' }),
    ],
  }),
  // Of the limit of long calls, after which we keep still for 20 s. After the day's limit it is 15 minutes.
  answers('salesforce-request-limit', {
    salesforce: [some('salesforce', 0.2, status(403, { body: [CONCURRENT] }))],
  }),
  answers('server-503', both(0.4, status(503))),
  answers('html-502', both(0.3, status(502, { html: HTML }))),
  answers('locks', {
    hubspot: [some('hubspot', 0.3, status(423))],
    salesforce: [write('salesforce', 1, { kind: 'lock-rows', share: 0.2 })],
  }),
  answers('reset-by-crm', both(0.3, { kind: 'reset' })),
  answers('applied-then-reset', {
    hubspot: [write('hubspot', 0.5, { kind: 'apply-then-reset' })],
    salesforce: [write('salesforce', 0.5, { kind: 'apply-then-reset' })],
  }),
  answers('partial-batch', {
    hubspot: [write('hubspot', 0.7, { kind: 'partial', count: 3, category: 'RATE_LIMITS' })],
  }),
  answers('truncated-json', both(0.3, { kind: 'truncate' })),
  answers('hang', both(0.05, { kind: 'hang' })),
  answers('slow-answers', both(0.5, { kind: 'delay', ms: 1_500 })),
  answers('index-lag', {
    hubspot: [{ match: { route: '/search' }, do: { kind: 'index-lag', maxMs: 20_000 } }],
  }),
  answers('salesforce-short-pages', {
    salesforce: [some('salesforce', 0.7, { kind: 'short-page', rows: 3 })],
  }),
]
