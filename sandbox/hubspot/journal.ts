import { journalEventsOf } from './journal-events.ts'
import {
  deleteSubscription,
  type JournalRequest,
  type JournalSubscription,
  listSubscriptions,
  saveSubscription,
} from './journal-subscriptions.ts'
import { addEvent, countJournal, publish } from './journal-table.ts'
import type { PortalContext } from './portal-context.ts'
import type { News } from './webhook-events.ts'

/** How long events are gathered into one entry, in real milliseconds. */
const GATHER_MS = 100

/** The journal of the app, of which one portal is to be seen here. */
export interface Journal {
  /** Writes down what was subscribed to of a change; call it inside the change's transaction. */
  record(news: News): void
  /** Makes entries of what was written down so far; how many. */
  publish(): number
  subscriptions(): readonly JournalSubscription[]
  subscribe(request: JournalRequest): JournalSubscription
  /** False where there is no such subscription. */
  unsubscribe(id: number): boolean
  report(): Readonly<Record<string, number>>
  close(): void
}

export function openJournal({ store, app, clock }: PortalContext): Journal {
  let subscriptions = listSubscriptions(store)
  let timer: NodeJS.Timeout | undefined

  function publishNow(): number {
    clearTimeout(timer)
    timer = undefined
    return publish(store, clock.now())
  }

  return {
    record(news) {
      const requests = subscriptions.map(({ request }) => request)
      const events = journalEventsOf(news, requests, app.portalId)
      for (const event of events) addEvent(store, JSON.stringify(event), clock.now())
      if (events.length > 0) timer ??= setTimeout(publishNow, GATHER_MS)
    },
    publish: publishNow,
    subscriptions: () => subscriptions,
    subscribe(request) {
      const saved = saveSubscription(store, request, clock.now())
      subscriptions = listSubscriptions(store)
      return saved
    },
    unsubscribe(id) {
      const isDeleted = deleteSubscription(store, id)
      subscriptions = listSubscriptions(store)
      return isDeleted
    },
    report: () => ({ ...countJournal(store), subscriptions: subscriptions.length }),
    close: () => clearTimeout(timer),
  }
}
