import { idOf } from './ids.ts'
import { findRecord } from './record-table.ts'
import type { Store } from './store.ts'

/** Whoever acts in the org. */
export interface User {
  /** 18 characters. */
  readonly id: string
}

/** The administrator: acts in the browser, consents to the app, owns what nobody else owns. */
export const ADMIN_USER_ID: string = idOf('User', 1)

/** An active user; undefined for one that is not there, or may not log in. */
export function findUser(store: Store, id: string): User | undefined {
  const record = findRecord(store, 'User', id)
  return record && record.fields['IsActive'] !== false ? { id } : undefined
}
