import type { CardView } from './card-view.ts'

/** What the card shows. */
export type CardState = CardView | { readonly state: 'loading' } | Failure

interface Failure {
  readonly state: 'failed'
  /** What is the matter and what to do about it. */
  readonly text: string
}

/** Asks our server through HubSpot, which signs the request for the user who is looking. */
export type Fetch = (
  url: string,
  options: { readonly method: 'GET'; readonly timeout: number },
) => Promise<Response>

/** A contact or a company, as HubSpot names it. */
export interface CrmRecord {
  readonly objectTypeId: string
  readonly objectId: number | string
}

/** HubSpot gives up after 15 seconds; whoever looks at a record, long before. */
const TIMEOUT_MS = 8000

const OBJECT_TYPES: Readonly<Record<string, string>> = { '0-1': 'contacts', '0-2': 'companies' }

/** What there is to show about a record; a failure is a state like any other. */
export async function loadCard(fetch: Fetch, host: string, record: CrmRecord): Promise<CardState> {
  const objectType = OBJECT_TYPES[record.objectTypeId]
  if (objectType === undefined) return failed('Only contacts and companies have scores.')
  const url = `${host}/cards/hubspot/${objectType}/${record.objectId}`
  try {
    const answer = await fetch(url, { method: 'GET', timeout: TIMEOUT_MS })
    return await read(answer)
  } catch {
    return failed(UNREACHABLE)
  }
}

const UNREACHABLE =
  'Plumbline did not answer. The score itself is in the fields of this record. Try again in a minute; if that does not help, tell your administrator.'
const REFUSED =
  'Plumbline could not make sure that this request came from HubSpot. Ask your administrator to check that Plumbline has the client secret of this app and its public address.'
const BUSY = 'Too many people look at scores at this moment. Try again in a few seconds.'

async function read(answer: Response): Promise<CardState> {
  if (answer.status === 401) return failed(REFUSED)
  if (answer.status === 429) return failed(BUSY)
  if (!answer.ok && answer.status !== 404) return failed(UNREACHABLE)
  const body: unknown = await answer.json()
  return isView(body) ? body : failed(UNREACHABLE)
}

const STATES: readonly unknown[] = ['scored', 'unknown', 'not_scored', 'disconnected']

/** Our own server wrote it, and one test compares the types of both sides: its name is enough to know it by. */
function isView(body: unknown): body is CardView {
  return typeof body === 'object' && body !== null && 'state' in body && STATES.includes(body.state)
}

function failed(text: string): CardState {
  return { state: 'failed', text }
}
