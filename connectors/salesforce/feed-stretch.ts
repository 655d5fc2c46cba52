import type { Subscription } from './pubsub.ts'
import { type FetchResponse, REPLAY } from './pubsub-messages.ts'

/** What is subscribed to, and from where. */
interface Start {
  readonly topicName: string
  /** Base64 of a replay id; null: from the earliest that is kept. */
  readonly position: string | null
}

/** How long and how far one stretch goes. */
export interface Pace {
  /** The longest wait (ms) for anything at all. */
  readonly firstMs: number
  /** Nothing for so long (ms) after something: there is nothing more at the moment. */
  readonly quietMs: number
  /** The longest time (ms) altogether. */
  readonly longestMs: number
  readonly most: number
}

/** Events that follow each other. */
export interface Stretch {
  readonly events: FetchResponse['events']
  /** Where to go on; null when nothing was told that says so. */
  readonly position: string | null
  readonly more: boolean
}

/** The service hands out no more with one request. */
const MOST_PER_REQUEST = 100

/**
 * Takes what a subscription has, and ends it. What came before a failure is kept.
 * @throws the failure of a subscription that told nothing
 */
export function readStretch(
  subscription: Subscription,
  { topicName, position }: Start,
  pace: Pace,
): Promise<Stretch> {
  const events: FetchResponse['events'] = []
  let reached = position
  const begin = {
    replayPreset: position === null ? REPLAY.earliest : REPLAY.custom,
    replayId: Buffer.from(position ?? '', 'base64'),
  }
  const ask = () => {
    const numRequested = Math.min(MOST_PER_REQUEST, pace.most - events.length)
    subscription.write({ topicName, ...begin, numRequested })
  }
  return new Promise((resolve, reject) => {
    const end = (more: boolean) => {
      clearTimeout(quiet)
      clearTimeout(over)
      subscription.cancel()
      resolve({ events, position: reached, more })
    }
    let quiet = setTimeout(end, pace.firstMs, false)
    const over = setTimeout(end, pace.longestMs, true)
    subscription.on('data', (response: FetchResponse) => {
      events.push(...response.events)
      reached = positionAfter(response) ?? reached
      // A sign of life: there is nothing to tell.
      if (response.events.length === 0) return end(false)
      if (events.length >= pace.most) return end(true)
      if (response.pendingNumRequested === 0) ask()
      clearTimeout(quiet)
      quiet = setTimeout(end, pace.quietMs, false)
    })
    subscription.on('error', (error) => {
      if (events.length === 0) reject(error)
      end(true)
    })
    subscription.on('end', () => end(false))
    ask()
  })
}

/** The newest that the service says of itself only counts where it has nothing else to say. */
function positionAfter({ events, latestReplayId }: FetchResponse): string | undefined {
  const id = events.at(-1)?.replayId ?? latestReplayId
  return id.length > 0 ? id.toString('base64') : undefined
}
