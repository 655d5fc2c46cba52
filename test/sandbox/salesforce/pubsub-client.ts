import {
  type ClientDuplexStream,
  type ClientUnaryCall,
  credentials,
  Metadata,
  makeClientConstructor,
  type ServiceError,
} from '@grpc/grpc-js'
import avsc, { type Schema, type Type } from 'avsc'
import { parse } from 'protobufjs'
import { expect, onTestFinished } from 'vitest'
import { z } from 'zod'
import { ORG_ID } from '../org.ts'

/** Our own words for the public interface: names do not travel, numbers and types do. */
const WIRE = `
syntax = "proto3";
message TopicRequest { string topicName = 1; }
message TopicInfo {
  string topicName = 1; string tenantGuid = 2; bool canPublish = 3; bool canSubscribe = 4;
  string schemaId = 5; string rpcId = 6;
}
message SchemaRequest { string schemaId = 1; }
message SchemaInfo { string schemaJson = 1; string schemaId = 2; string rpcId = 3; }
message FetchRequest {
  string topicName = 1; int32 replayPreset = 2; bytes replayId = 3; int32 numRequested = 4;
  string authRefresh = 5;
}
message Produced { string id = 1; string schemaId = 2; bytes payload = 3; }
message Consumed { Produced event = 1; bytes replayId = 2; }
message FetchResponse {
  repeated Consumed events = 1; bytes latestReplayId = 2; string rpcId = 3; int32 pendingNumRequested = 4;
}
`
const bytes = z.instanceof(Buffer)
const TopicInfo = z.object({
  topicName: z.string(),
  schemaId: z.string(),
  canSubscribe: z.boolean(),
})
const SchemaInfo = z.object({ schemaJson: z.string(), schemaId: z.string() })
const Response = z.object({
  events: z.array(
    z.object({ event: z.object({ schemaId: z.string(), payload: bytes }), replayId: bytes }),
  ),
  latestReplayId: bytes,
  pendingNumRequested: z.number(),
})
export type Response = z.infer<typeof Response>

const Header = z.object({
  entityName: z.string(),
  recordIds: z.array(z.string()),
  changeType: z.string(),
  changeOrigin: z.string(),
  transactionKey: z.string(),
  sequenceNumber: z.number(),
  commitTimestamp: z.number(),
  commitUser: z.string(),
  nulledFields: z.array(z.string()),
  changedFields: z.array(z.string()),
})
const Payload = z.looseObject({ ChangeEventHeader: Header })
export type Payload = z.infer<typeof Payload>

export const LATEST = 0
export const EARLIEST = 1
export const CUSTOM = 2

export interface Failure {
  readonly code: number
  readonly errorCode: string
}

function failureOf(error: ServiceError): Failure {
  return { code: error.code, errorCode: String(error.metadata.get('error-code')[0] ?? '') }
}

interface Address {
  readonly endpoint: string
  readonly certificate: string
}

function openClient({ endpoint, certificate }: Address) {
  const { root } = parse(WIRE)
  const method = (name: string, request: string, response: string, isStream: boolean) => ({
    path: `/eventbus.v1.PubSub/${name}`,
    requestStream: isStream,
    responseStream: isStream,
    requestSerialize: (value: object) =>
      Buffer.from(
        root.lookupType(request).encode(root.lookupType(request).fromObject(value)).finish(),
      ),
    requestDeserialize: (buffer: Buffer) => root.lookupType(request).decode(buffer),
    responseSerialize: (value: object) =>
      Buffer.from(
        root.lookupType(response).encode(root.lookupType(response).fromObject(value)).finish(),
      ),
    responseDeserialize: (buffer: Buffer) =>
      root
        .lookupType(response)
        .toObject(root.lookupType(response).decode(buffer), { defaults: true, bytes: Buffer }),
  })
  const Client = makeClientConstructor(
    {
      GetTopic: method('GetTopic', 'TopicRequest', 'TopicInfo', false),
      GetSchema: method('GetSchema', 'SchemaRequest', 'SchemaInfo', false),
      Subscribe: method('Subscribe', 'FetchRequest', 'FetchResponse', true),
    },
    'PubSub',
  )
  const client = new Client(endpoint, credentials.createSsl(Buffer.from(certificate)))
  onTestFinished(() => client.close())
  return client
}

type Unary = (
  request: object,
  metadata: Metadata,
  reply: (error: ServiceError | null, answer: unknown) => void,
) => ClientUnaryCall
type Stream = (metadata: Metadata) => ClientDuplexStream<object, unknown>

/** A subscriber as the service knows it, on nothing but gRPC and Avro. */
export function subscriber(
  org: { url: string; token: string; pubSub: Address | null },
  identity: Partial<Record<'accesstoken' | 'instanceurl' | 'tenantid', string>> = {},
) {
  if (!org.pubSub) throw new Error('the org serves no Pub/Sub')
  const client = openClient(org.pubSub)
  const metadata = new Metadata()
  const headers = { accesstoken: org.token, instanceurl: org.url, tenantid: ORG_ID, ...identity }
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value)

  function call(name: 'GetTopic' | 'GetSchema', request: object): Promise<unknown> {
    // makeClientConstructor gives every method of the definition under its name.
    const method = client[name] as Unary
    return new Promise((resolve, reject) => {
      method.call(client, request, metadata, (error, answer) =>
        error ? reject(failureOf(error)) : resolve(answer),
      )
    })
  }
  const types = new Map<string, Type>()
  const schemaOf = async (schemaId: string) =>
    SchemaInfo.parse(await call('GetSchema', { schemaId }))
  async function typeOf(schemaId: string): Promise<Type> {
    const json: Schema = JSON.parse((await schemaOf(schemaId)).schemaJson)
    const type = types.get(schemaId) ?? avsc.Type.forSchema(json)
    types.set(schemaId, type)
    return type
  }
  async function decode({ event }: Response['events'][number]): Promise<Payload> {
    return Payload.parse((await typeOf(event.schemaId)).fromBuffer(event.payload))
  }

  function subscribe(
    topicName: string,
    replayPreset: number,
    replayId: Uint8Array = Buffer.alloc(0),
  ) {
    // As above.
    const stream = (client['Subscribe'] as Stream).call(client, metadata)
    const responses: Response[] = []
    const failures: Failure[] = []
    let hasEnded = false
    stream.on('data', (answer: unknown) => responses.push(Response.parse(answer)))
    stream.on('error', (error: ServiceError) => failures.push(failureOf(error)))
    stream.on('end', () => {
      hasEnded = true
    })
    onTestFinished(() => stream.cancel())
    const events = () => responses.flatMap((response) => response.events)
    return {
      responses,
      events,
      ask: (numRequested: number, more: object = {}) =>
        stream.write({ topicName, replayPreset, replayId, numRequested, ...more }),
      end: () => stream.end(),
      hasEnded: () => hasEnded,
      /** Waits for so many events in all, and decodes them. */
      async payloads(count: number): Promise<Payload[]> {
        await expect.poll(() => events().length, { timeout: 10_000 }).toBe(count)
        return await Promise.all(events().map(decode))
      },
      async failure(): Promise<Failure> {
        await expect.poll(() => failures.length, { timeout: 10_000 }).toBe(1)
        return failures[0] ?? { code: 0, errorCode: '' }
      },
    }
  }
  return {
    subscribe,
    schemaOf,
    topic: async (topicName: string) => TopicInfo.parse(await call('GetTopic', { topicName })),
  }
}

const Field = z.object({ name: z.string(), type: z.unknown() })
const Fields = z.object({ fields: z.array(Field) })

function namesIn(bitmap: string, fields: readonly { name: string }[]): string[] {
  const bits = BigInt(bitmap)
  return fields.filter((_, index) => (bits >> BigInt(index)) & 1n).map(({ name }) => name)
}

/** The names that bitmaps stand for, with `Compound.Part` for what is nested. */
export function expandBitmaps(schemaJson: string, bitmaps: readonly string[]): string[] {
  const { fields } = Fields.parse(JSON.parse(schemaJson))
  return bitmaps.flatMap((text) => {
    const [left = '', right] = text.split('-')
    if (right === undefined) return namesIn(left, fields)
    const parent = fields[Number(left)]
    const inner = Fields.parse(z.array(z.unknown()).parse(parent?.type).at(-1))
    return namesIn(right, inner.fields).map((name) => `${parent?.name}.${name}`)
  })
}
