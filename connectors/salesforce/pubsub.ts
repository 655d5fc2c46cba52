import { Client, type ClientDuplexStream, credentials, Metadata } from '@grpc/grpc-js'
import {
  describeProcedures,
  type FetchRequest,
  type FetchResponse,
  type Procedure,
} from './pubsub-messages.ts'

/** Where the Pub/Sub API answers. */
export interface PubSubOptions {
  /** `api.pubsub.salesforce.com:7443` */
  readonly endpoint: string
  /** The root certificate (PEM) of an endpoint that has one of its own; otherwise the well-known ones. */
  readonly certificate?: string | undefined
  /** For each call; a subscription ends with it at the latest. */
  readonly timeoutMs: number
}

/** Who asks. */
export interface Access {
  readonly accessToken: string
  readonly instanceUrl: string
  readonly accountId: string
}

export type Subscription = ClientDuplexStream<FetchRequest, FetchResponse>

/** The Pub/Sub API as it is; it throws gRPC's errors (pubsub-errors.ts). */
export interface PubSub {
  topic(access: Access, topicName: string): Promise<{ readonly canSubscribe: boolean }>
  /** The Avro schema of events, as JSON. */
  schema(access: Access, schemaId: string): Promise<string>
  /** Says nothing before it was asked for events. */
  subscribe(access: Access): Subscription
  /** Gives the channel up; the next call opens another. */
  close(): void
}

const CHANNEL = {
  // A channel that is not used closes itself, and is opened again with the next call.
  'grpc.client_idle_timeout_ms': 60_000,
  // An event may have 1 MB, and a response a hundred of them.
  'grpc.max_receive_message_length': 110 * 1024 * 1024,
  // As everywhere in Plumbline: gRPC alone would take a proxy from the environment.
  'grpc.enable_http_proxy': 0,
}

/** Opens one channel, when first called. */
export function createPubSub({ endpoint, certificate, timeoutMs }: PubSubOptions): PubSub {
  const procedures = describeProcedures()
  const roots = certificate === undefined ? null : Buffer.from(certificate)
  let open: Client | undefined
  const client = () => {
    open ??= new Client(endpoint, credentials.createSsl(roots), CHANNEL)
    return open
  }
  const deadline = () => ({ deadline: Date.now() + timeoutMs })

  function ask<Request, Response>(
    { path, serialize, deserialize }: Procedure<Request, Response>,
    access: Access,
    request: Request,
  ): Promise<Response> {
    const metadata = metadataOf(access)
    return new Promise((resolve, reject) => {
      client().makeUnaryRequest(
        path,
        serialize,
        deserialize,
        request,
        metadata,
        deadline(),
        (error, answer) => (answer === undefined ? reject(error) : resolve(answer)),
      )
    })
  }

  return {
    topic: (access, topicName) => ask(procedures.getTopic, access, { topicName }),
    async schema(access, schemaId) {
      const { schemaJson } = await ask(procedures.getSchema, access, { schemaId })
      return schemaJson
    },
    subscribe(access) {
      const { path, serialize, deserialize } = procedures.subscribe
      const metadata = metadataOf(access)
      return client().makeBidiStreamRequest(path, serialize, deserialize, metadata, deadline())
    },
    close() {
      open?.close()
      open = undefined
    },
  }
}

function metadataOf({ accessToken, instanceUrl, accountId }: Access): Metadata {
  const metadata = new Metadata()
  metadata.set('accesstoken', accessToken)
  metadata.set('instanceurl', instanceUrl)
  metadata.set('tenantid', accountId)
  return metadata
}
