import { randomUUID } from 'node:crypto'
import { type ServerDuplexStream, status } from '@grpc/grpc-js'
import { encodeEvent } from './avro-event.ts'
import { schemaOf } from './avro-schema.ts'
import { advanceStream, type ChangeEvent, eventsAfter, streamBounds } from './event-table.ts'
import { isVisible } from './objects.ts'
import type { Org } from './org.ts'
import { PubSubError, statusOf } from './pubsub-error.ts'
import { placeOf, replayIdOf } from './pubsub-replay.ts'
import { callerOf, entityOfTopic } from './pubsub-topics.ts'
import { type FetchRequest, type FetchResponse, REPLAY } from './pubsub-wire.ts'
import type { SObjectType } from './record.ts'
import type { User } from './users.ts'

/** Most events that can be asked for at once. */
const REQUEST_MAX = 100
/** How often a stream looks for news; what is saved in another transaction tells nobody by itself. */
const LOOK_MS = 25
/** The real service sends one at least every 270 s. */
const KEEPALIVE_MS = 60_000

export type SubscribeCall = ServerDuplexStream<FetchRequest, FetchResponse>

/** One open stream, as levers handle it. */
export interface Subscription {
  keepalive(): void
  fail(error: unknown): void
}

interface State {
  topicName: string
  entity: SObjectType | null
  /** The last place that was looked at. */
  seq: number
  /** Events that were asked for and not sent yet. */
  pending: number
  token: string
}

const invalid = (errorCode: string, details: string) =>
  new PubSubError(status.INVALID_ARGUMENT, `sfdc.platform.eventbus.grpc.${errorCode}`, details)

/** @throws PubSubError INVALID_ARGUMENT for a replay id that leads nowhere */
function startOf(org: Org, { replayPreset, replayId }: FetchRequest): number {
  const { last, purged } = streamBounds(org.store)
  if (replayPreset === REPLAY.latest) return last
  if (replayPreset === REPLAY.earliest) return purged
  const place = placeOf(org, replayId)
  if (place !== undefined) return place
  throw invalid(
    'subscription.fetch.replayid.validation.failed',
    'The Replay ID validation failed. Ensure that the Replay ID is valid.',
  )
}

function consumerEvent(org: Org, user: User, event: ChangeEvent): FetchResponse['events'][number] {
  const schema = schemaOf(org.store, event.entity)
  const payload = encodeEvent(event, schema, (field) => isVisible(org, user, event.entity, field))
  return {
    event: { id: randomUUID(), schemaId: schema.id, payload },
    replayId: replayIdOf(org, event.seq),
  }
}

function begin(org: Org, request: FetchRequest): State {
  advanceStream(org.store, org.clock.now())
  const entity = entityOfTopic(request.topicName)
  const seq = startOf(org, request)
  return { topicName: request.topicName, entity, seq, pending: 0, token: '' }
}

function ask(state: State, { topicName, numRequested, authRefresh }: FetchRequest): void {
  if (topicName !== '' && topicName !== state.topicName)
    throw invalid('subscription.topic.mismatch', 'A stream is about one topic only.')
  if (numRequested <= 0)
    throw invalid(
      'subscription.fetch.requested.events.invalid',
      'num_requested must be above zero.',
    )
  state.pending = Math.min(REQUEST_MAX, state.pending + numRequested)
  if (authRefresh !== '') state.token = authRefresh
}

/** Answers a subscriber until it leaves or something fails; `onEnd` hears of either. */
export function serveSubscription(
  org: Org,
  call: SubscribeCall,
  onSent: (events: number) => void,
  onEnd: () => void,
): Subscription {
  let state: State | undefined
  const timers = [setInterval(() => guarded(look), LOOK_MS)]
  timers.push(setInterval(() => guarded(keepalive), KEEPALIVE_MS))

  function stop(): void {
    for (const timer of timers) clearInterval(timer)
    onEnd()
  }
  function fail(error: unknown): void {
    stop()
    call.emit('error', statusOf(error))
  }
  function guarded(work: () => void): void {
    try {
      work()
    } catch (error) {
      fail(error)
    }
  }
  function respond(current: State, events: FetchResponse['events']): void {
    call.write({
      events,
      latestReplayId: replayIdOf(org, current.seq),
      rpcId: randomUUID(),
      pendingNumRequested: current.pending,
    })
  }
  function look(): void {
    if (!state || state.pending === 0) return
    advanceStream(org.store, org.clock.now())
    const { last } = streamBounds(org.store)
    if (last <= state.seq) return
    const user = callerOf(org, call.metadata, state.token)
    const events = eventsAfter(org.store, state.seq, state.entity, state.pending)
    state.seq = events.length === state.pending ? (events.at(-1)?.seq ?? last) : last
    if (events.length === 0) return
    state.pending -= events.length
    onSent(events.length)
    respond(
      state,
      events.map((event) => consumerEvent(org, user, event)),
    )
  }
  function keepalive(): void {
    if (!state) return
    callerOf(org, call.metadata, state.token)
    respond(state, [])
  }
  call.on('data', (request: FetchRequest) =>
    guarded(() => {
      callerOf(org, call.metadata, request.authRefresh || state?.token)
      state ??= begin(org, request)
      ask(state, request)
    }),
  )
  call.on('end', () => {
    stop()
    call.end()
  })
  call.on('cancelled', stop)
  return { keepalive: () => guarded(keepalive), fail }
}
