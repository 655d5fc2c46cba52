import { type Store, transaction } from './store.ts'

const DAY_MS = 86_400_000
/** How often a failed request is repeated. */
const RETRIES = 10

/** One event that waits to be accepted. */
export interface QueuedEvent {
  readonly seq: number
  readonly eventId: number
  /** JSON of the event without its id and attempt. */
  readonly body: string
  readonly attempt: number
}

/** Puts an event into the queue; the id it will be sent with is its own unless another is given. */
export function enqueue(
  store: Store,
  event: { readonly body: string; readonly dueAt: number; readonly eventId: number | null },
): number {
  const { lastInsertRowid } = store
    .sql('insert into webhook_event (event_id, body, due_at) values (?, ?, ?)')
    .run(event.eventId, event.body, event.dueAt)
  return event.eventId ?? Number(lastInsertRowid)
}

/** After a crash nobody knows what became of requests under way: their events are sent again. */
export function releaseAll(store: Store): void {
  store.sql('update webhook_event set in_flight = 0 where in_flight = 1').run()
}

export function makeAllDue(store: Store, now: number): void {
  store.sql('update webhook_event set due_at = ? where in_flight = 0 and due_at > ?').run(now, now)
}

export function countQueued(store: Store): number {
  return Number(store.sql('select count(*) as n from webhook_event').get()?.['n'])
}

export function countDue(store: Store, now: number): number {
  const row = store
    .sql('select count(*) as n from webhook_event where in_flight = 0 and due_at <= ?')
    .get(now)
  return Number(row?.['n'])
}

/** When the next event that is not under way is due; undefined when there is none. */
export function nextDue(store: Store): number | undefined {
  const row = store
    .sql('select due_at from webhook_event where in_flight = 0 order by due_at limit 1')
    .get()
  return row && Number(row['due_at'])
}

const list = (events: readonly { readonly seq: number }[]) =>
  JSON.stringify(events.map(({ seq }) => seq))

/** Drops events that can be repeated no more, a day after their first attempt; how many. */
export function expire(store: Store, now: number): number {
  const { changes } = store
    .sql('delete from webhook_event where in_flight = 0 and first_sent_at < ?')
    .run(now - DAY_MS)
  return Number(changes)
}

/** Takes due events of one attempt for one request. */
export function claim(store: Store, now: number, limit: number): QueuedEvent[] {
  return transaction(store, () => {
    const rows = store
      .sql(
        `select seq, coalesce(event_id, seq) as event_id, body, attempt from webhook_event
         where in_flight = 0 and due_at <= ? order by due_at, seq limit ?`,
      )
      .all(now, limit)
    const events = rows
      .map((row) => ({
        seq: Number(row['seq']),
        eventId: Number(row['event_id']),
        body: String(row['body']),
        attempt: Number(row['attempt']),
      }))
      .filter(({ attempt }) => attempt === rows[0]?.['attempt'])
    store
      .sql('update webhook_event set in_flight = 1 where seq in (select value from json_each(?))')
      .run(list(events))
    return events
  })
}

export function settleAccepted(store: Store, events: readonly QueuedEvent[]): void {
  store
    .sql('delete from webhook_event where seq in (select value from json_each(?))')
    .run(list(events))
}

/** Puts refused events off; how many were given up because that was the last attempt. */
export function settleRefused(
  store: Store,
  events: readonly QueuedEvent[],
  now: number,
  retryAt: number,
): number {
  return transaction(store, () => {
    const givenUp = store
      .sql(
        `delete from webhook_event
         where seq in (select value from json_each(?)) and attempt >= ?`,
      )
      .run(list(events), RETRIES)
    store
      .sql(
        `update webhook_event set attempt = attempt + 1, due_at = ?, in_flight = 0,
           first_sent_at = coalesce(first_sent_at, ?)
         where seq in (select value from json_each(?))`,
      )
      .run(retryAt, now, list(events))
    return Number(givenUp.changes)
  })
}
