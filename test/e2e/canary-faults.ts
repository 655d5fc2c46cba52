/** What goes wrong at a CRM, with people's values in its words, and how it is heard of. */
export interface Trouble {
  readonly faults: readonly object[]
  /** A message of the log, or a refusal that is filed. */
  readonly heard: string
}

const WHO = 'Jo Canary1q <jo.canary1q@x.example> +997700001'
export const STAGE_FAILED = 'stage failed'

function answer(route: string, status: number, body: unknown): object {
  return { match: { route }, do: { kind: 'status', status, body } }
}

const NOT_VALID = `Property values were not valid: ${JSON.stringify([
  { isValid: false, message: `${WHO} is not valid`, error: 'INVALID_EMAIL', name: 'email' },
])}`

const HUBSPOT: readonly Trouble[] = [
  {
    faults: [
      answer('/search', 400, { status: 'error', category: 'VALIDATION_ERROR', message: NOT_VALID }),
    ],
    heard: STAGE_FAILED,
  },
  {
    faults: [
      answer('/batch/update', 400, { category: 'VALIDATION_ERROR', message: NOT_VALID }),
      answer('/batch/update', 400, { category: WHO, message: WHO, errors: [{ code: 'Canary1q' }] }),
    ],
    heard: 'rejected',
  },
  {
    faults: [answer('/deals', 403, { category: 'MISSING_SCOPES', message: `${WHO} may not` })],
    heard: 'stream not granted; read without it',
  },
  // Not as promised, with people's values in the wrong places.
  {
    faults: [answer('/search', 200, { total: WHO, results: [{ id: WHO, properties: WHO }] })],
    heard: STAGE_FAILED,
  },
  { faults: [{ match: { route: '/search' }, do: { kind: 'truncate' } }], heard: STAGE_FAILED },
  {
    faults: [
      answer('/search', 401, { message: WHO }),
      answer('/oauth/', 400, { error: 'invalid_client', error_description: WHO }),
    ],
    heard: STAGE_FAILED,
  },
]

const SALESFORCE: readonly Trouble[] = [
  {
    faults: [answer('/query', 400, [{ errorCode: 'MALFORMED_QUERY', message: `near '${WHO}'` }])],
    heard: STAGE_FAILED,
  },
  {
    faults: [
      answer('/composite/sobjects', 400, [
        { errorCode: 'DUPLICATES_DETECTED', message: `duplicate value found: Email of ${WHO}` },
      ]),
    ],
    heard: 'rejected',
  },
  {
    faults: [answer('/query', 400, [{ errorCode: 'INVALID_FIELD', message: WHO }])],
    heard: 'read again without it',
  },
  {
    faults: [answer('/query', 500, [{ errorCode: 'Canary1q', message: WHO }])],
    heard: STAGE_FAILED,
  },
  {
    faults: [
      { match: { route: '/services/data' }, do: { kind: 'session' } },
      answer('/oauth2/token', 400, { error: 'invalid_client', error_description: WHO }),
    ],
    heard: STAGE_FAILED,
  },
]

export const FAULTS = { hubspot: HUBSPOT, salesforce: SALESFORCE } as const
