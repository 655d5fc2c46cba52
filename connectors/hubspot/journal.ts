import { z } from 'zod'
import type { Clock } from '../../src/clock.ts'
import { CrmRejected, CrmUnavailable } from '../../src/errors.ts'
import { type Answer, parseJson } from '../http.ts'
import type { Journal, JournalPage } from '../notice.ts'
import { CRM, HUBSPOT_API_VERSION } from './api-version.ts'
import { createJournalApi, type JournalApi, type JournalTransport } from './journal-api.ts'
import { readJournalEvents } from './journal-events.ts'
import { readJournalFile } from './journal-file.ts'
import { APP_SUBSCRIPTIONS, portalSubscriptions } from './journal-subscriptions.ts'
import type { OauthApp } from './oauth.ts'

const Entry = z.object({
  url: z.string().min(1),
  currentOffset: z.union([z.string().min(1), z.number().transform(String)]),
})

/** HubSpot keeps three days; whoever comes later starts with the oldest that is left. */
const LOST =
  'the journal no longer reaches back to where its reading stood; what is between is found by polling'

/**
 * HubSpot's webhooks journal for one app. Failures are thrown at once, so that whoever reads it decides when
 * to come again.
 */
export function createJournal(app: OauthApp, transport: JournalTransport, clock: Clock): Journal {
  const api = createJournalApi(app, transport, clock)
  const pageOf = async (answer: Answer): Promise<JournalPage> => {
    const { url, currentOffset } = parseEntry(answer)
    const events = await readJournalFile(app.apiUrl, url, transport.timeoutMs)
    return { ...readJournalEvents(events), position: currentOffset, more: true }
  }
  async function readFrom(position: string): Promise<JournalPage | null> {
    const path = position === '' ? 'earliest' : `offset/${encodeURIComponent(position)}/next`
    const answer = await api.call('GET', `journal/${HUBSPOT_API_VERSION}/${path}`)
    if (answer.status === 204) return { notices: [], unreadable: [], position, more: false }
    return answer.status === 404 ? null : pageOf(answer)
  }
  return {
    async read(position) {
      const page = await readFrom(position ?? '')
      if (page) return page
      const oldest = position ? await readFrom('') : null
      if (oldest) return { ...oldest, unreadable: [LOST, ...oldest.unreadable] }
      throw new CrmRejected(CRM, 404, 'HubSpot keeps no journal for this app')
    },
    subscribe: (accountId) =>
      subscribeAll(api, [...APP_SUBSCRIPTIONS, ...portalSubscriptions(accountId)]),
  }
}

function parseEntry(answer: Answer): z.infer<typeof Entry> {
  const entry = Entry.safeParse(parseJson(CRM, answer))
  if (entry.success) return entry.data
  throw new CrmUnavailable(CRM, 'The answer of the journal is not as promised')
}

/** One that is refused does not keep the others from being made. @throws CrmRejected when any was refused */
async function subscribeAll(api: JournalApi, subscriptions: readonly object[]): Promise<void> {
  const refusals: CrmRejected[] = []
  for (const subscription of subscriptions) {
    const refusal = await subscribeOne(api, subscription)
    if (refusal) refusals.push(refusal)
    // The app as a whole may not: asking on would be refused each time.
    if (refusal?.status === 403 || refusal?.status === 404) throw refusal
  }
  const [first] = refusals
  if (!first) return
  const said = `${refusals.length} of ${subscriptions.length} subscriptions to the journal were refused`
  throw new CrmRejected(CRM, first.status, `${said}: ${first.message}`)
}

async function subscribeOne(api: JournalApi, subscription: object): Promise<CrmRejected | null> {
  try {
    const path = `subscriptions/${HUBSPOT_API_VERSION}`
    const { status } = await api.call('POST', path, subscription)
    if (status !== 404) return null
    return new CrmRejected(CRM, 404, 'HubSpot offers this app no subscriptions to the journal')
  } catch (error) {
    if (error instanceof CrmRejected) return error
    throw error
  }
}
