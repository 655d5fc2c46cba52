import { randomUUID } from 'node:crypto'
import { type Metadata, status } from '@grpc/grpc-js'
import { findSchema, schemaOf } from './avro-schema.ts'
import { to18 } from './ids.ts'
import { readTokenSettings } from './oauth-levers.ts'
import { userOfToken } from './oauth-tokens.ts'
import type { Org } from './org.ts'
import { PubSubError } from './pubsub-error.ts'
import type { SchemaInfo, TopicInfo } from './pubsub-wire.ts'
import type { SObjectType } from './record.ts'
import type { User } from './users.ts'

const ALL = '/data/ChangeEvents'
/** The objects that publish changes, if they are selected. */
const PUBLISHING: readonly SObjectType[] = [
  'Lead',
  'Contact',
  'Account',
  'Opportunity',
  'OpportunityContactRole',
  'Task',
  'Event',
  'Campaign',
  'CampaignMember',
]

/** The object a topic is about; null for all selected ones. @throws PubSubError NOT_FOUND */
export function entityOfTopic(topicName: string): SObjectType | null {
  if (topicName === ALL) return null
  const entity = PUBLISHING.find((type) => topicName === `/data/${type}ChangeEvent`)
  if (entity) return entity
  throw new PubSubError(
    status.NOT_FOUND,
    'sfdc.platform.eventbus.grpc.topic.not.found',
    `The topic ${topicName} does not exist, or you are not allowed to read it.`,
  )
}

/** Who calls, by the session in the metadata. @throws PubSubError UNAUTHENTICATED */
export function callerOf(org: Org, metadata: Metadata, token?: string): User {
  const text = (name: string) => String(metadata.get(name)[0] ?? '')
  const bearer = token || text('accesstoken')
  const instance = URL.parse(text('instanceurl'))?.pathname.replace(/\/$/, '')
  const isOurs =
    to18(text('tenantid')) === org.app.orgId &&
    instance === readTokenSettings(org.store).instanceUrlPath
  const user = isOurs ? userOfToken(org, bearer, org.clock.now()) : undefined
  if (user !== undefined && user !== 'expired') return user
  throw new PubSubError(
    status.UNAUTHENTICATED,
    'sfdc.platform.eventbus.grpc.service.auth.error',
    'Authentication failed: the access token, the instance URL or the tenant id is not valid.',
  )
}

export function topicInfo(org: Org, topicName: string): TopicInfo {
  const entity = entityOfTopic(topicName)
  return {
    topicName,
    tenantGuid: `core/sandbox/${org.app.orgId}`,
    canPublish: false,
    canSubscribe: true,
    // Events of several objects have a schema each.
    schemaId: entity === null ? '' : schemaOf(org.store, entity).id,
    rpcId: randomUUID(),
  }
}

/** @throws PubSubError NOT_FOUND */
export function schemaInfo({ store }: Org, schemaId: string): SchemaInfo {
  const schemaJson = findSchema(store, schemaId)
  if (schemaJson !== undefined) return { schemaJson, schemaId, rpcId: randomUUID() }
  throw new PubSubError(
    status.NOT_FOUND,
    'sfdc.platform.eventbus.grpc.schema.not.found',
    `There is no schema ${schemaId}.`,
  )
}
