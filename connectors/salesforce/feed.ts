import { CrmRejected } from '../../src/errors.ts'
import type { Credentials, Tokens } from '../connector.ts'
import type { EventFeed, FeedPage } from '../notice.ts'
import { CRM } from './api-version.ts'
import { type EventSchema, parseEventSchema } from './avro-schema.ts'
import { homeOf } from './client.ts'
import { readEvents, type SchemaOf } from './feed-page.ts'
import { type Pace, readStretch } from './feed-stretch.ts'
import type { Org } from './org.ts'
import { type Access, createPubSub, type PubSub } from './pubsub.ts'
import { feedErrorOf, isLostPosition, isRefused, isUnauthenticated } from './pubsub-errors.ts'

export interface FeedOptions {
  readonly pubSubEndpoint: string
  readonly pubSubCertificate?: string
  /** Buys new tokens. */
  readonly refresh: (refreshToken: string) => Promise<Tokens>
  /** The org's id of 18 characters; asked for once. */
  readonly accountId: () => Promise<string>
  /** The sObjects that we read. */
  readonly streams: readonly string[]
  readonly pace?: Pace
  /** For each call. */
  readonly timeoutMs?: number
}

/** The changes of all objects that the org tells of, in the order of their commits. */
const TOPIC = '/data/ChangeEvents'

const TIMEOUT_MS = 10_000

const PACE: Pace = { firstMs: 2_000, quietMs: 1_000, longestMs: 5_000, most: 500 }

/** A channel that has told nothing for so long (ms) may be broken without anybody's knowing. */
const TRUSTED_FOR_MS = 60_000

/** Nothing of the events between is known. No hurry: a service that gave out bad ids would be asked without end. */
const LOST: FeedPage = { notices: [], unreadable: [], position: null, more: false, gap: true }

/**
 * The change events of one org, through the Pub/Sub API. Positions are replay ids in base64. Failures are thrown at
 * once, so that whoever reads them decides when to come again.
 */
export function createFeed(org: Org, options: FeedOptions): EventFeed {
  const {
    pubSubEndpoint: endpoint,
    pubSubCertificate: certificate,
    timeoutMs = TIMEOUT_MS,
  } = options
  const { credentials, clock } = org.context
  const service = createPubSub({ endpoint, certificate, timeoutMs })
  const schemas = createSchemas(service)
  const streams = new Set(options.streams)
  let accountId: string | undefined
  let heardAt = 0

  async function assertOffered(access: Access): Promise<void> {
    if (clock.now().getTime() - heardAt < TRUSTED_FOR_MS) return
    const { canSubscribe } = await service.topic(access, TOPIC)
    if (!canSubscribe) throw new CrmRejected(CRM, 403, `${TOPIC} may not be subscribed to`)
    heardAt = clock.now().getTime()
  }

  async function read(access: Access, position: string | null): Promise<FeedPage> {
    await assertOffered(access)
    const subscription = service.subscribe(access)
    const stretch = await readStretch(
      subscription,
      { topicName: TOPIC, position },
      options.pace ?? PACE,
    )
    if (stretch.events.length > 0) heardAt = clock.now().getTime()
    const { accountId } = access
    const told = await readEvents(stretch.events, schemas(access), { accountId, streams })
    return { ...told, position: stretch.position, more: stretch.more }
  }

  return {
    async read(position) {
      accountId ??= await options.accountId()
      const account = { accountId }
      try {
        return await signedIn(credentials, options.refresh, (tokens) =>
          read({ ...account, ...accessOf(tokens) }, position),
        )
      } catch (thrown) {
        if (position !== null && isLostPosition(thrown)) return LOST
        // The next reading begins with a new channel, and looks whether anybody is there.
        service.close()
        heardAt = 0
        throw feedErrorOf(thrown)
      }
    },
  }
}

function accessOf(tokens: Tokens): Omit<Access, 'accountId'> {
  return { accessToken: tokens.accessToken, instanceUrl: homeOf(tokens).instanceUrl }
}

/** Tries once more with new tokens when these are over. */
async function signedIn<T>(
  credentials: Credentials,
  refresh: FeedOptions['refresh'],
  use: (tokens: Tokens) => Promise<T>,
): Promise<T> {
  const tokens = await credentials.current()
  try {
    return await use(tokens)
  } catch (thrown) {
    if (!isUnauthenticated(thrown)) throw thrown
    return use(await credentials.renew(tokens, refresh))
  }
}

/**
 * Schemas never change, so that each is asked for once. One that is refused is asked for again with the next page:
 * what was not allowed may be.
 */
function createSchemas(service: PubSub): (access: Access) => SchemaOf {
  const known = new Map<string, EventSchema | null>()
  return (access) => {
    const refused = new Set<string>()
    return async (schemaId) => {
      const before = refused.has(schemaId) ? null : known.get(schemaId)
      if (before !== undefined) return before
      const json = await readSchema(service, access, schemaId)
      if (json === null) refused.add(schemaId)
      else known.set(schemaId, understood(json))
      return known.get(schemaId) ?? null
    }
  }
}

/** Null where it is refused. */
async function readSchema(
  service: PubSub,
  access: Access,
  schemaId: string,
): Promise<string | null> {
  try {
    return await service.schema(access, schemaId)
  } catch (thrown) {
    if (isRefused(thrown)) return null
    throw thrown
  }
}

function understood(json: string): EventSchema | null {
  try {
    return parseEventSchema(json)
  } catch {
    return null
  }
}
