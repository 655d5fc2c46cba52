import type { RecordType } from './record.ts'

export interface ChangedRecord {
  readonly type: RecordType
  readonly id: number
}

/** Something that happened in the portal and that apps may be told of. `at` is now unless it says otherwise. */
export type Change = { readonly at?: number } & (
  | RecordChange
  | {
      readonly what: 'associated' | 'dissociated'
      readonly from: ChangedRecord
      readonly to: ChangedRecord
      readonly primary: boolean
    }
  | { readonly what: 'installed' | 'uninstalled' }
)

type RecordChange =
  /** `values` holds the properties that differ from before; the empty text is a value that was cleared. */
  | (ChangedRecord & {
      readonly what: 'created' | 'updated'
      readonly values: Readonly<Record<string, string>>
    })
  /** `privacyDeletion` is a deletion, too. */
  | (ChangedRecord & { readonly what: 'deleted' | 'restored' | 'privacyDeletion' })
  /** `id` is the survivor: the primary record, or a new one that took its place. */
  | (ChangedRecord & {
      readonly what: 'merged'
      readonly primaryId: number
      readonly mergedIds: readonly number[]
      readonly propertiesMoved: number
    })

/** Who made a change, as events name it. */
export interface ChangeSource {
  readonly changeSource: string
  readonly sourceId?: string | undefined
}

type Listener = (change: Change, source: ChangeSource | undefined) => void

/** Where the writers of records say what they changed, inside the transaction that changes it. */
export interface ChangeFeed {
  tell(change: Change): void
  /** Whatever `work` changes is the doing of `source`; otherwise it is the app's. */
  as<T>(source: ChangeSource, work: () => T): T
  /** Whose doing a change is at this moment; undefined: the app's. */
  source(): ChangeSource | undefined
  /** Without a listener, as while a portal is filled, changes go unheard. */
  listen(listener: Listener): void
}

export function openChangeFeed(): ChangeFeed {
  let current: ChangeSource | undefined
  let heard: Listener = () => undefined
  return {
    tell: (change) => heard(change, current),
    as(source, work) {
      const before = current
      current = source
      try {
        return work()
      } finally {
        current = before
      }
    },
    source: () => current,
    listen(listener) {
      heard = listener
    },
  }
}

/** Tells webhooks and journal of a change that no writer tells by itself. */
export function announce(
  sandbox: { readonly store: { readonly changes: ChangeFeed } },
  change: Change,
): void {
  sandbox.store.changes.tell(change)
}
