import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js'
import protobuf from 'protobufjs'
import { generate } from 'selfsigned'
import { payloadOf, type Said, SCHEMA } from './feed-events.ts'

/** As the service publishes it, as far as the tests look at it. */
const PROTO = `
  syntax = "proto3";
  package eventbus.v1;
  message TopicInfo { string topic_name = 1; string tenant_guid = 2; bool can_publish = 3; bool can_subscribe = 4; string schema_id = 5; string rpc_id = 6; }
  message TopicRequest { string topic_name = 1; }
  message EventHeader { string key = 1; bytes value = 2; }
  message ProducerEvent { string id = 1; string schema_id = 2; bytes payload = 3; repeated EventHeader headers = 4; }
  message ConsumerEvent { ProducerEvent event = 1; bytes replay_id = 2; }
  message SchemaRequest { string schema_id = 1; }
  message SchemaInfo { string schema_json = 1; string schema_id = 2; string rpc_id = 3; }
  message FetchRequest { string topic_name = 1; int32 replay_preset = 2; bytes replay_id = 3; int32 num_requested = 4; string auth_refresh = 5; }
  message FetchResponse { repeated ConsumerEvent events = 1; bytes latest_replay_id = 2; string rpc_id = 3; int32 pending_num_requested = 4; }
`

interface Asked {
  readonly topicName: string
  readonly replayPreset: number
  readonly replayId: Buffer
  readonly numRequested: number
}

/** An event on the server; its replay id is its place. */
interface Kept {
  readonly schemaId: string
  readonly payload: Buffer
}

/** What goes wrong with a call. */
interface Failure {
  readonly code: status
  readonly errorCode?: string
}

/** What the server does next; tests change it as they go. */
interface Manners {
  /** The only access token that opens anything. */
  token: string
  /** One less with every call of that name. */
  fail: { call: string; times: number; failure: Failure } | null
  /** Says at once that there is nothing more; otherwise it is silent then. */
  keepalive: boolean
  /** Says nothing at all. */
  hangs: boolean
  canSubscribe: boolean
  /** Events of one response. */
  perResponse: number
  /** Ends the stream with a failure after so many events. */
  breaksAfter: number
}

export interface FeedServer {
  readonly endpoint: string
  readonly certificate: string
  readonly manners: Manners
  /** Requests of all subscriptions. */
  readonly asked: Asked[]
  /** Names of calls, with the metadata of each. */
  readonly calls: { readonly name: string; readonly metadata: Readonly<Record<string, unknown>> }[]
  readonly open: number
  says(...said: Partial<Said>[]): void
  keeps(event: Kept): void
  close(): void
}

const CUSTOM = 2

/** A Pub/Sub API of one topic that is spoken to over TLS. */
export async function startFeedServer(): Promise<FeedServer> {
  const { root } = protobuf.parse(PROTO)
  const kept: Kept[] = []
  const asked: Asked[] = []
  const calls: FeedServer['calls'] = []
  const manners: Manners = {
    token: 'good',
    fail: null,
    keepalive: true,
    hangs: false,
    canSubscribe: true,
    perResponse: 100,
    breaksAfter: Number.POSITIVE_INFINITY,
  }
  let open = 0

  function failureOf(name: string, metadata: Metadata): object | null {
    calls.push({ name, metadata: metadata.getMap() })
    if (manners.fail?.call === name && manners.fail.times > 0) {
      manners.fail.times -= 1
      return thrown(manners.fail.failure)
    }
    const isKnown = metadata.get('accesstoken')[0] === manners.token
    return isKnown ? null : thrown({ code: status.UNAUTHENTICATED })
  }

  function unary(name: string, answer: (request: Record<string, unknown>) => object) {
    return (
      call: ServerUnaryCall<Record<string, unknown>, object>,
      reply: sendUnaryData<object>,
    ) => {
      const failure = failureOf(name, call.metadata)
      if (manners.hangs) return
      if (failure) reply(failure)
      else reply(null, answer(call.request))
    }
  }

  function subscribe(call: ServerDuplexStream<Asked, object>): void {
    open += 1
    call.on('cancelled', () => {
      open -= 1
    })
    const failure = failureOf('Subscribe', call.metadata)
    const send = sender(call, kept, manners)
    call.on('data', (request: Asked) => {
      asked.push(request)
      if (manners.hangs) return
      if (failure) call.emit('error', failure)
      else send(request)
    })
  }

  const server = new Server()
  server.addService(describe(root), {
    GetTopic: unary('GetTopic', ({ topicName }) => ({
      topicName,
      canSubscribe: manners.canSubscribe,
    })),
    GetSchema: unary('GetSchema', ({ schemaId }) => ({
      schemaId,
      schemaJson: schemaId === 'known' ? SCHEMA : '{"type":"string"}',
    })),
    Subscribe: subscribe,
  })
  const { port, certificate } = await listen(server)
  return {
    endpoint: `localhost:${port}`,
    certificate,
    manners,
    asked,
    calls,
    get open() {
      return open
    },
    says: (...said) =>
      void kept.push(...said.map((each) => ({ schemaId: 'known', payload: payloadOf(each) }))),
    keeps: (event) => void kept.push(event),
    close: () => server.forceShutdown(),
  }
}

/** Sends what is kept from where a subscription begins, as much as it asks for. */
function sender(call: ServerDuplexStream<Asked, object>, kept: readonly Kept[], manners: Manners) {
  let at: number | undefined
  let sent = 0
  const respond = (count: number, pending: number) => {
    const first = at ?? 0
    const events = kept.slice(first, first + count)
    at = first + events.length
    sent += events.length
    call.write({
      events: events.map((event, index) => ({ event, replayId: replayId(first + index) })),
      // Of the topic, not of what was sent: whoever takes it for a position misses events.
      latestReplayId: replayId(kept.length - 1),
      pendingNumRequested: pending - events.length,
    })
  }
  return (request: Asked) => {
    at ??= request.replayPreset === CUSTOM ? placeOf(request.replayId) + 1 : 0
    const until = Math.min(kept.length, at + request.numRequested)
    let pending = request.numRequested
    while (at < until) {
      const count = Math.min(until - at, manners.perResponse)
      respond(count, pending)
      pending -= count
    }
    if (sent >= manners.breaksAfter) call.emit('error', thrown({ code: status.UNAVAILABLE }))
    else if (pending > 0 && manners.keepalive) respond(0, pending)
  }
}

function thrown({ code, errorCode }: Failure) {
  const metadata = new Metadata()
  if (errorCode !== undefined) metadata.set('error-code', errorCode)
  return Object.assign(new Error('as the test wants it'), {
    code,
    metadata,
    details: 'as the test wants it',
  })
}

/** Opaque, and with bytes that no text has. */
export function replayId(place: number): Buffer {
  return place < 0 ? Buffer.alloc(0) : Buffer.from([0xff, 0x00, place >> 8, place % 256])
}

const placeOf = (id: Buffer) => id.readUInt16BE(2)

function describe(root: protobuf.Root) {
  const method = (name: string, request: string, response: string, streams = false) => {
    const [In, Out] = [root.lookupType(request), root.lookupType(response)]
    return {
      path: `/eventbus.v1.PubSub/${name}`,
      requestStream: streams,
      responseStream: streams,
      requestDeserialize: (bytes: Buffer) =>
        In.toObject(In.decode(bytes), { defaults: true, bytes: Buffer }),
      requestSerialize: (message: object) => Buffer.from(In.encode(message).finish()),
      responseSerialize: (message: object) => Buffer.from(Out.encode(message).finish()),
      responseDeserialize: (bytes: Buffer) => Out.decode(bytes),
    }
  }
  return {
    GetTopic: method('GetTopic', 'TopicRequest', 'TopicInfo'),
    GetSchema: method('GetSchema', 'SchemaRequest', 'SchemaInfo'),
    Subscribe: method('Subscribe', 'FetchRequest', 'FetchResponse', true),
  }
}

/** A certificate of this machine that nobody has signed. */
export const makeCertificate = () =>
  generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
    ],
  })

async function listen(server: Server): Promise<{ port: number; certificate: string }> {
  const made = await makeCertificate()
  const pair = { private_key: Buffer.from(made.private), cert_chain: Buffer.from(made.cert) }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createSsl(null, [pair]), (error, bound) =>
      error ? reject(error) : resolve(bound),
    )
  })
  return { port, certificate: made.cert }
}
