import type { FeedPage } from '../notice.ts'
import type { EventSchema } from './avro-schema.ts'
import { type Audience, readChangeEvent, type ToldEvent } from './change-event.ts'
import type { FetchResponse } from './pubsub-messages.ts'

type ConsumerEvent = FetchResponse['events'][number]

/** A schema of events; null where the service knows none that we understand by that id. */
export type SchemaOf = (schemaId: string) => Promise<EventSchema | null>

/** Reads every event by itself: one that nobody understands does not stop the others. */
export async function readEvents(
  events: readonly ConsumerEvent[],
  schemaOf: SchemaOf,
  audience: Audience,
): Promise<Pick<FeedPage, 'notices' | 'unreadable' | 'gap'>> {
  const told: ToldEvent[] = []
  const unreadable: string[] = []
  for (const { event, replayId } of events) {
    const schema = await schemaOf(event.schemaId)
    const read = schema && readOne({ payload: event.payload, replayId }, schema, audience)
    if (read) told.push(read)
    else unreadable.push(schema ? 'a payload that is not of its schema' : 'an unknown schema')
  }
  return {
    notices: told.flatMap(({ notices }) => notices),
    unreadable,
    gap: told.some(({ gap }) => gap),
  }
}

function readOne(...event: Parameters<typeof readChangeEvent>): ToldEvent | null {
  try {
    return readChangeEvent(...event)
  } catch {
    // What the decoder says repeats values of the record.
    return null
  }
}
