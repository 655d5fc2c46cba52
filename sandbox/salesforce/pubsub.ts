import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js'
import { generate } from 'selfsigned'
import { z } from 'zod'
import { countEvents } from './event-table.ts'
import type { Org } from './org.ts'
import { PubSubError, statusOf } from './pubsub-error.ts'
import { type SubscribeCall, type Subscription, serveSubscription } from './pubsub-subscribe.ts'
import { callerOf, schemaInfo, topicInfo } from './pubsub-topics.ts'
import { pubSubMethods, type SchemaRequest, type TopicRequest } from './pubsub-wire.ts'
import { readSetting, type Store, writeSetting } from './store.ts'

export interface RunningPubSub {
  /** host:port */
  readonly endpoint: string
  /** PEM of the server's own certificate. */
  readonly certificate: string
  /** Sends an empty answer on every stream, as the service does when nothing happens. */
  keepalive(): void
  /** Ends every stream, as a restart of the service does. */
  disconnect(): void
  report(): PubSubReport
  close(): Promise<void>
}

const RUNNING = new WeakMap<Store, RunningPubSub>()

/** The server of an org that is running in this process; undefined where none is. */
export function runningPubSub({ store }: Pick<Org, 'store'>): RunningPubSub | undefined {
  return RUNNING.get(store)
}

interface PubSubReport {
  readonly streams: number
  /** Events sent since the start, over all streams. */
  readonly sent: number
  /** Events that are kept, by object and change type. */
  readonly events: Readonly<Record<string, number>>
}

const HOST = '127.0.0.1'
/** TLS knows servers by name: an address as one makes Node warn every caller. */
const NAME = 'localhost'
/** Without the add-on. */
const SELECTED_MAX = 5
const TLS = 'pub_sub_tls'
const YEARS_MS = 5 * 365 * 86_400_000
const Identity = z.object({ private: z.string(), cert: z.string() })
type Identity = z.infer<typeof Identity>

/** Made at the first start and kept: whoever trusts the certificate trusts it after a restart, too. */
async function identityOf(store: Store): Promise<Identity> {
  const known = readSetting(store, TLS)
  if (known !== undefined) return Identity.parse(JSON.parse(known))
  const made = await generate([{ name: 'commonName', value: NAME }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + YEARS_MS),
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: NAME },
          { type: 7, ip: HOST },
        ],
      },
    ],
  })
  const identity = { private: made.private, cert: made.cert }
  writeSetting(store, TLS, JSON.stringify(identity))
  return identity
}

async function bind(server: Server, port: number, identity: Identity): Promise<number> {
  const credentials = ServerCredentials.createSsl(null, [
    { private_key: Buffer.from(identity.private), cert_chain: Buffer.from(identity.cert) },
  ])
  return await new Promise((resolve, reject) => {
    server.bindAsync(`${HOST}:${port}`, credentials, (error, bound) =>
      error ? reject(error) : resolve(bound),
    )
  })
}

/** Answers one call with what `work` gives, for whoever has a session. */
function unary<Request, Response>(
  org: Org,
  work: (request: Request) => Response,
): handleUnaryCall<Request, Response> {
  return (call: ServerUnaryCall<Request, Response>, reply: sendUnaryData<Response>) => {
    try {
      callerOf(org, call.metadata)
      reply(null, work(call.request))
    } catch (error) {
      reply(statusOf(error))
    }
  }
}

/**
 * Serves the Pub/Sub API over TLS on this machine.
 * @param port 0 is any free port
 * @throws Error for more selected objects than an org may have
 */
export async function startPubSub(org: Org, port: number): Promise<RunningPubSub> {
  if (org.app.cdcEntities.length > SELECTED_MAX)
    throw new Error(`At most ${SELECTED_MAX} objects can be selected for change events.`)
  const streams = new Set<Subscription>()
  let sent = 0
  const server = new Server()
  server.addService(pubSubMethods(), {
    getTopic: unary(org, ({ topicName }: TopicRequest) => topicInfo(org, topicName)),
    getSchema: unary(org, ({ schemaId }: SchemaRequest) => schemaInfo(org, schemaId)),
    subscribe(call: SubscribeCall) {
      const stream = serveSubscription(
        org,
        call,
        (events) => {
          sent += events
        },
        () => streams.delete(stream),
      )
      streams.add(stream)
    },
  })
  const identity = await identityOf(org.store)
  const bound = await bind(server, port, identity)
  const restart = new PubSubError(
    status.UNAVAILABLE,
    'sfdc.platform.eventbus.grpc.service.unavailable',
    'The service is being restarted.',
  )
  const running: RunningPubSub = {
    endpoint: `${NAME}:${bound}`,
    certificate: identity.cert,
    keepalive() {
      for (const stream of streams) stream.keepalive()
    },
    disconnect() {
      for (const stream of streams) stream.fail(restart)
    },
    report: () => ({ streams: streams.size, sent, events: countEvents(org.store) }),
    async close() {
      running.disconnect()
      server.forceShutdown()
    },
  }
  RUNNING.set(org.store, running)
  return running
}
