import type { MethodDefinition } from '@grpc/grpc-js'
import { type INamespace, Root, type Type } from 'protobufjs'
import { z } from 'zod'

/** Where a subscription begins: LATEST, EARLIEST, CUSTOM. */
export const REPLAY = { latest: 0, earliest: 1, custom: 2 } as const

const SHAPES: INamespace = {
  nested: {
    TopicRequest: { fields: { topicName: { type: 'string', id: 1 } } },
    TopicInfo: {
      fields: {
        topicName: { type: 'string', id: 1 },
        tenantGuid: { type: 'string', id: 2 },
        canPublish: { type: 'bool', id: 3 },
        canSubscribe: { type: 'bool', id: 4 },
        schemaId: { type: 'string', id: 5 },
        rpcId: { type: 'string', id: 6 },
      },
    },
    SchemaRequest: { fields: { schemaId: { type: 'string', id: 1 } } },
    SchemaInfo: {
      fields: {
        schemaJson: { type: 'string', id: 1 },
        schemaId: { type: 'string', id: 2 },
        rpcId: { type: 'string', id: 3 },
      },
    },
    FetchRequest: {
      fields: {
        topicName: { type: 'string', id: 1 },
        replayPreset: { type: 'int32', id: 2 },
        replayId: { type: 'bytes', id: 3 },
        numRequested: { type: 'int32', id: 4 },
        authRefresh: { type: 'string', id: 5 },
      },
    },
    FetchResponse: {
      fields: {
        events: { rule: 'repeated', type: 'ConsumerEvent', id: 1 },
        latestReplayId: { type: 'bytes', id: 2 },
        rpcId: { type: 'string', id: 3 },
        pendingNumRequested: { type: 'int32', id: 4 },
      },
    },
    ConsumerEvent: {
      fields: { event: { type: 'ProducerEvent', id: 1 }, replayId: { type: 'bytes', id: 2 } },
    },
    ProducerEvent: {
      fields: {
        id: { type: 'string', id: 1 },
        schemaId: { type: 'string', id: 2 },
        payload: { type: 'bytes', id: 3 },
        headers: { rule: 'repeated', type: 'EventHeader', id: 4 },
      },
    },
    EventHeader: { fields: { key: { type: 'string', id: 1 }, value: { type: 'bytes', id: 2 } } },
  },
}

const TopicRequest = z.object({ topicName: z.string() })
const SchemaRequest = z.object({ schemaId: z.string() })
const FetchRequest = z.object({
  topicName: z.string(),
  replayPreset: z.number(),
  replayId: z.instanceof(Uint8Array),
  numRequested: z.number(),
  authRefresh: z.string(),
})
export type TopicRequest = z.infer<typeof TopicRequest>
export type SchemaRequest = z.infer<typeof SchemaRequest>
export type FetchRequest = z.infer<typeof FetchRequest>

export interface TopicInfo {
  readonly topicName: string
  readonly tenantGuid: string
  readonly canPublish: boolean
  readonly canSubscribe: boolean
  readonly schemaId: string
  readonly rpcId: string
}

export interface SchemaInfo {
  readonly schemaJson: string
  readonly schemaId: string
  readonly rpcId: string
}

export interface FetchResponse {
  readonly events: readonly {
    readonly event: { readonly id: string; readonly schemaId: string; readonly payload: Uint8Array }
    readonly replayId: Uint8Array
  }[]
  readonly latestReplayId: Uint8Array
  readonly rpcId: string
  readonly pendingNumRequested: number
}

const EXPLICIT = { defaults: true, bytes: Uint8Array }

function method<Request, Response extends object>(
  shapes: { request: Type; parse: z.ZodType<Request>; response: Type },
  name: string,
  isStream: boolean,
): MethodDefinition<Request, Response> {
  const encode = (type: Type) => (message: object) =>
    Buffer.from(type.encode(type.fromObject(message)).finish())
  const decode = (type: Type) => (bytes: Buffer) => type.toObject(type.decode(bytes), EXPLICIT)
  return {
    path: `/eventbus.v1.PubSub/${name}`,
    requestStream: isStream,
    responseStream: isStream,
    requestDeserialize: (bytes) => shapes.parse.parse(decode(shapes.request)(bytes)),
    responseSerialize: encode(shapes.response),
    // What only a client needs; a definition must have it all the same.
    requestSerialize: (message) => encode(shapes.request)(Object(message)),
    // A server never reads its own answers, so nothing checks this shape.
    responseDeserialize: (bytes) => decode(shapes.response)(bytes) as Response,
  }
}

/** The calls of eventbus.v1.PubSub that subscribers need, as they are on the wire. */
export function pubSubMethods() {
  const root = Root.fromJSON(SHAPES)
  const shape = (name: string) => root.lookupType(name)
  return {
    getTopic: method<TopicRequest, TopicInfo>(
      { request: shape('TopicRequest'), parse: TopicRequest, response: shape('TopicInfo') },
      'GetTopic',
      false,
    ),
    getSchema: method<SchemaRequest, SchemaInfo>(
      { request: shape('SchemaRequest'), parse: SchemaRequest, response: shape('SchemaInfo') },
      'GetSchema',
      false,
    ),
    subscribe: method<FetchRequest, FetchResponse>(
      { request: shape('FetchRequest'), parse: FetchRequest, response: shape('FetchResponse') },
      'Subscribe',
      true,
    ),
  }
}
