import { createHash } from 'node:crypto'
import type { Notice, NoticeSubject } from '../notice.ts'
import type { ChangeEventHeader, EventSchema } from './avro-schema.ts'
import { fieldsOfBitmap, type SchemaField } from './feed-bitmap.ts'
import { to18 } from './ids.ts'
import { ourNameOf } from './names.ts'

/** One event as it was told. */
export interface FeedEvent {
  readonly payload: Buffer
  readonly replayId: Buffer
}

/** Whose events are read, and of which sObjects. */
export interface Audience {
  readonly accountId: string
  /** As in `Lead`: streams are called like their sObject. */
  readonly streams: ReadonlySet<string>
}

/** What an event says. */
export interface ToldEvent {
  readonly notices: readonly Notice[]
  /** Whether it says that there is more than it names. */
  readonly gap: boolean
}

const NOTHING: ToldEvent = { notices: [], gap: false }

/**
 * Reads what an event is about, and nothing of what it says of it.
 * @throws Error when its payload is not of the schema
 */
export function readChangeEvent(
  event: FeedEvent,
  schema: EventSchema,
  { accountId, streams }: Audience,
): ToldEvent {
  const header = schema.header(event.payload)
  const { entityName: stream, changeType, recordIds } = header
  // More than 100,000 changes in one transaction.
  if (changeType === 'GAP_OVERFLOW') return { notices: [], gap: true }
  if (!streams.has(stream)) return NOTHING
  const what = isEcho(header, schema.fields) ? 'echo' : 'record'
  const ids = recordIds.map(to18)
  const known = new Set(ids.filter((id) => id !== undefined))
  return {
    notices: [...known].map((id) => noticeOf(accountId, event, header, { what, stream, id })),
    // `001*` stands for all accounts.
    gap: ids.includes(undefined),
  }
}

/** The key is a hash, so that it tells nothing about anybody. Replay ids may repeat after an org has moved. */
function noticeOf(
  accountId: string,
  { replayId }: FeedEvent,
  { commitTimestamp }: ChangeEventHeader,
  about: Extract<NoticeSubject, { what: 'record' | 'echo' }>,
): Notice {
  const identity = [accountId, replayId.toString('base64'), commitTimestamp, about.stream, about.id]
  return {
    accountId,
    key: createHash('sha256').update(JSON.stringify(identity)).digest('base64url'),
    at: new Date(commitTimestamp),
    about,
  }
}

/** Every write moves these. */
const STAMPS: ReadonlySet<string> = new Set([
  'LastModifiedDate',
  'LastModifiedById',
  'SystemModstamp',
])

/**
 * Whether only our own fields have changed, whoever did it. Who did it alone would not do: a workflow of the
 * customer may change other fields in the transaction of our write.
 */
function isEcho(
  { changeType, changedFields }: ChangeEventHeader,
  fields: readonly SchemaField[],
): boolean {
  if (changeType !== 'UPDATE') return false
  const names: string[] = []
  for (const bitmap of changedFields) {
    const some = fieldsOfBitmap(bitmap, fields)
    if (!some) return false
    names.push(...some)
  }
  const changed = names.filter((name) => !STAMPS.has(name))
  return changed.length > 0 && changed.every((name) => ourNameOf(name) !== undefined)
}
