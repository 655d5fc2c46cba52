import { randomNumbers } from '../common/random.ts'
import type { PortalContext } from './portal-context.ts'
import { eventsOf, type News } from './webhook-events.ts'
import { countDue, countQueued, enqueue, makeAllDue } from './webhook-queue.ts'
import { openReport } from './webhook-report.ts'
import { openSender, type Sender } from './webhook-sender.ts'
import { changeSettings, readSettings, type WebhookSettings } from './webhook-settings.ts'

/** The app's webhooks in this portal. */
export interface Webhooks {
  /** @throws ApiError 400 that names what cannot be */
  configure(change: unknown): WebhookSettings
  /** Queues what subscriptions make of a change; call it inside the change's transaction. */
  record(news: News): void
  /** Sends what is due, or all that waits; how many events that is. */
  flush(everything: boolean): number
  /** The sandbox's clock was moved. */
  clockMoved(): void
  report(): Readonly<Record<string, unknown>>
  resetReport(): void
  close(): void
}

export function openWebhooks({ store, app, clock }: PortalContext): Webhooks {
  let settings = readSettings(store)
  let random = randomNumbers(settings.chaos.seed)
  let lastEventId: number | null = null
  const report = openReport()
  const sender: Sender = openSender({
    store,
    clock,
    clientSecret: app.clientSecret,
    report,
    settings: () => settings,
    random: () => random(),
  })

  function queue(body: string): void {
    const { chaos } = settings
    const isDropped = random() < chaos.drop
    report.recorded(isDropped)
    if (isDropped) return
    const dueAt = () => clock.now() + Math.floor(random() * chaos.shuffle)
    const given = random() < chaos.repeatEventIds ? lastEventId : null
    lastEventId = enqueue(store, { body, dueAt: dueAt(), eventId: given })
    if (random() < chaos.duplicate) enqueue(store, { body, dueAt: dueAt(), eventId: lastEventId })
  }

  if (countQueued(store) > 0) sender.wake()
  return {
    configure(change) {
      settings = changeSettings(store, change)
      random = randomNumbers(settings.chaos.seed)
      sender.wake()
      return settings
    },
    record(news) {
      if (settings.targetUrl === null) return
      const events = eventsOf(news, settings, app)
      for (const event of events) queue(JSON.stringify(event))
      if (events.length > 0) sender.wake()
    },
    flush(everything) {
      if (everything) makeAllDue(store, clock.now())
      const due = countDue(store, clock.now())
      sender.send()
      return due
    },
    clockMoved: () => sender.send(),
    report: () => ({
      queued: countQueued(store),
      requestsUnderWay: sender.requestsUnderWay(),
      ...report.read(),
    }),
    resetReport: () => report.reset(),
    close: () => sender.close(),
  }
}
