import protobuf from 'protobufjs'
import { z } from 'zod'

/** Where in the events of the last three days a subscription begins. */
export const REPLAY = { latest: 0, earliest: 1, custom: 2 } as const

/** Asks a subscription for events; the first request also says where to begin. */
export interface FetchRequest {
  readonly topicName: string
  readonly replayPreset: number
  /** Opaque; empty unless the preset is `custom`. */
  readonly replayId: Uint8Array
  /** 1..100 */
  readonly numRequested: number
}

const Bytes = z.instanceof(Uint8Array).transform((bytes) => Buffer.from(bytes))

const FetchResponse = z.object({
  events: z.array(
    z.object({ event: z.object({ schemaId: z.string(), payload: Bytes }), replayId: Bytes }),
  ),
  latestReplayId: Bytes,
  pendingNumRequested: z.number(),
})
export type FetchResponse = z.infer<typeof FetchResponse>

const TopicInfo = z.object({ canSubscribe: z.boolean() })
const SchemaInfo = z.object({ schemaJson: z.string() })

const field = (type: string, id: number) => ({ type, id })
const repeated = (type: string, id: number) => ({ rule: 'repeated', type, id })

/** The part of the public interface that we use; fields that are not named here are skipped. */
const MESSAGES = {
  FetchRequest: {
    fields: {
      topicName: field('string', 1),
      replayPreset: field('int32', 2),
      replayId: field('bytes', 3),
      numRequested: field('int32', 4),
    },
  },
  FetchResponse: {
    fields: {
      events: repeated('ConsumerEvent', 1),
      latestReplayId: field('bytes', 2),
      pendingNumRequested: field('int32', 4),
    },
  },
  ConsumerEvent: { fields: { event: field('ProducerEvent', 1), replayId: field('bytes', 2) } },
  ProducerEvent: { fields: { schemaId: field('string', 2), payload: field('bytes', 3) } },
  TopicRequest: { fields: { topicName: field('string', 1) } },
  TopicInfo: { fields: { canSubscribe: field('bool', 4) } },
  SchemaRequest: { fields: { schemaId: field('string', 1) } },
  SchemaInfo: { fields: { schemaJson: field('string', 1) } },
}

/** One procedure of the service, as gRPC wants it described. */
export interface Procedure<Request, Response> {
  readonly path: string
  readonly serialize: (request: Request) => Buffer
  readonly deserialize: (bytes: Buffer) => Response
}

/** The procedures of the service `eventbus.v1.PubSub` that reading needs. */
export interface Procedures {
  readonly subscribe: Procedure<FetchRequest, FetchResponse>
  readonly getTopic: Procedure<{ readonly topicName: string }, z.infer<typeof TopicInfo>>
  readonly getSchema: Procedure<{ readonly schemaId: string }, z.infer<typeof SchemaInfo>>
}

/** Builds the descriptors. */
export function describeProcedures(): Procedures {
  const root = protobuf.Root.fromJSON({ nested: MESSAGES })
  function procedure<Request extends object, Response>(
    name: string,
    [request, response]: readonly [string, string],
    answer: z.ZodType<Response>,
  ): Procedure<Request, Response> {
    const [Sent, Received] = [root.lookupType(request), root.lookupType(response)]
    return {
      path: `/eventbus.v1.PubSub/${name}`,
      serialize: (message) => Buffer.from(Sent.encode(Sent.create(message)).finish()),
      deserialize: (bytes) => answer.parse(plain(Received, bytes)),
    }
  }
  return {
    subscribe: procedure('Subscribe', ['FetchRequest', 'FetchResponse'], FetchResponse),
    getTopic: procedure('GetTopic', ['TopicRequest', 'TopicInfo'], TopicInfo),
    getSchema: procedure('GetSchema', ['SchemaRequest', 'SchemaInfo'], SchemaInfo),
  }
}

/** With the values that protocol buffers leave out because they are the default ones. */
function plain(type: protobuf.Type, bytes: Buffer): unknown {
  return type.toObject(type.decode(bytes), { defaults: true, arrays: true })
}
