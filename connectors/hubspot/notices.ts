import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Notice, NoticeSubject } from '../notice.ts'
import type { ObjectType } from './properties.ts'

/** HubSpot's ids of the object types that we read. */
export const TYPE_IDS: Readonly<Record<ObjectType, string>> = {
  contacts: '0-1',
  companies: '0-2',
  deals: '0-3',
  communications: '0-18',
  meetings: '0-47',
  calls: '0-48',
  emails: '0-49',
}

const STREAMS_BY_TYPE_ID: ReadonlyMap<string, string> = new Map(
  Object.entries(TYPE_IDS).map(([stream, typeId]) => [typeId, stream]),
)

/** The stream of an object type; undefined for types that we do not read. */
export function streamOfType(typeId: string | undefined): string | undefined {
  return typeId === undefined ? undefined : STREAMS_BY_TYPE_ID.get(typeId)
}

/** Digits alone: ids go into paths. Events carry them as numbers or as text. */
export const EventId = z.union([
  z.number().int().nonnegative().transform(String),
  z.string().regex(/^\d{1,20}$/),
])

/** In epoch ms. Outside the years 1970 to 9999 it is no moment to the database, which would refuse all of the delivery. */
export const EventMoment = z.number().int().min(0).max(253_402_300_799_999)

/** Text or an id; what is absent, null or of another shape is as if it were not there. */
export const Said = z.string().optional().catch(undefined)
export const Maybe = EventId.optional().catch(undefined)

/** What our fields are called; HubSpot knows no other properties of that name. */
export const OUR_PREFIX = 'plumbline_'

/** One event of HubSpot, before it is said what it is about. */
interface Told {
  readonly accountId: string
  readonly at: Date
  /** What tells this event from any other; the same when it is delivered again. */
  readonly identity: readonly unknown[]
}

/** A part of a delivery that cannot be understood; the message says why without repeating its values. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable'
}

/** One notice per distinct subject. The key is a hash, so that it tells nothing about anybody. */
export function noticesOf(told: Told, subjects: readonly NoticeSubject[]): readonly Notice[] {
  const distinct = new Map(subjects.map((about) => [JSON.stringify(about), about]))
  return [...distinct].map(([text, about]) => ({
    accountId: told.accountId,
    key: createHash('sha256')
      .update(JSON.stringify([told.accountId, told.at.getTime(), ...told.identity, text]))
      .digest('base64url'),
    at: told.at,
    about,
  }))
}

/** Records of one stream; none where the stream or the id is not there. */
export function records(
  stream: string | undefined,
  ...ids: readonly (string | undefined)[]
): readonly NoticeSubject[] {
  if (stream === undefined) return []
  return ids.flatMap((id) => (id === undefined ? [] : [{ what: 'record', stream, id }]))
}

/** Reads every event by itself: one that nobody understands does not stop the others. */
export function readEach(
  events: readonly unknown[],
  read: (event: unknown) => readonly Notice[],
): { readonly notices: readonly Notice[]; readonly unreadable: readonly string[] } {
  const notices: Notice[] = []
  const unreadable: string[] = []
  for (const event of events) {
    try {
      notices.push(...read(event))
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      unreadable.push(error.message)
    }
  }
  return { notices, unreadable }
}

/** @throws Unreadable that names the fields and none of their values */
export function parseEvent<T>(schema: z.ZodType<T>, event: unknown): T {
  const parsed = schema.safeParse(event)
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.map((issue) => issue.path.join('.') || 'the event itself')
  throw new Unreadable(`not as promised: ${[...new Set(fields)].join(', ')}`)
}
