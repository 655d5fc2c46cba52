import { randomNumbers } from '../common/random.ts'
import type { Change } from './change.ts'
import { NEWEST_VERSION } from './endpoint.ts'
import type { Org } from './org.ts'
import type { Fields, SObjectType, StoredRecord } from './record.ts'
import type { Stamps } from './record-table.ts'
import { readRules } from './rules.ts'
import type { Rules } from './rules-schema.ts'
import { readSetting, writeSetting } from './store.ts'

/** Who writes. Whoever is not the API acts in the browser, where an administrator meets no rule. */
export interface Actor {
  readonly userId: string
  /** The `client` of Sforce-Call-Options, where the call takes one. */
  readonly clientName?: string
  readonly isApi: boolean
}

/** A record as a caller sends it: without an id it is new. */
export interface SaveInput {
  readonly type: SObjectType
  readonly id?: string
  readonly fields: Readonly<Record<string, unknown>>
}

export interface SaveOptions {
  /** Whether leads go through the active assignment rule, or the id of the rule that new ones go through. */
  readonly autoAssign: boolean | string
  /** Whether a duplicate is saved all the same where the rule only alerts. */
  readonly allowSave: boolean
  /** The moment that the records are stamped with; now, where left out. */
  readonly at?: number
  /** When the transaction commits; at once, where left out. */
  readonly visibleAt?: number
  /** The share of rows that somebody else holds. */
  readonly lockShare?: number
}

/** What the records of one call share: a moment, rules as they were at its beginning, what is to be told. */
export interface WriteContext {
  readonly org: Org
  readonly actor: Actor
  readonly options: SaveOptions
  readonly stamps: Required<Pick<Stamps, 'modifiedAt' | 'stampedAt'>> & Stamps
  readonly rules: Rules
  /** How many records the call writes. */
  readonly records: number
  /** Whether somebody else holds the next row. */
  isHeld(): boolean
  /** Collects a change; told when all are saved. */
  tell(
    change: Pick<Change, 'entity' | 'changeType' | 'changedFields' | 'values'> & { id: string },
  ): void
  tellAll(): void
}

/** One record on its way to be saved. */
export interface Draft {
  readonly type: SObjectType
  /** What there is now; undefined for a new record. */
  readonly before: StoredRecord | undefined
  /** What is to be written. */
  readonly changes: Fields
  /** All values as they would be then. */
  readonly after: Fields
}

/** A retry draws other rows than the call before it, and a test that runs again draws the same. */
function openDraw(org: Org, share: number): () => boolean {
  if (share === 0) return () => false
  const drawn = Number(readSetting(org.store, 'lock_draws') ?? 0) + 1
  writeSetting(org.store, 'lock_draws', String(drawn))
  const random = randomNumbers(drawn)
  return () => random() < share
}

function originOf({ isApi, clientName }: Actor): string {
  if (!isApi) return ''
  const origin = `com/salesforce/api/rest/${NEWEST_VERSION}.0`
  return clientName === undefined ? origin : `${origin};client=${clientName}`
}

export function openContext(
  org: Org,
  actor: Actor,
  options: SaveOptions,
  records: number,
): WriteContext {
  const moment = options.at ?? org.clock.now()
  const at = moment - (moment % 1_000)
  const told: Change[] = []
  return {
    org,
    actor,
    options,
    stamps: {
      modifiedAt: at,
      stampedAt: at,
      ...(options.visibleAt !== undefined && { visibleAt: options.visibleAt }),
    },
    rules: readRules(org.store),
    records,
    isHeld: openDraw(org, options.lockShare ?? 0),
    tell: ({ id, ...change }) =>
      told.push({
        ...change,
        recordIds: [id],
        commitUser: actor.userId,
        changeOrigin: originOf(actor),
        at,
        ...(options.visibleAt !== undefined && { visibleAt: options.visibleAt }),
      }),
    tellAll: () => {
      for (const change of told) org.announce(change)
    },
  }
}
