import { readSetting, type Store, writeSetting } from './store.ts'

/** What can give a lead another owner by itself. */
export type OwnerChange = 'byAutoAssign' | 'byAction'

const key = (by: OwnerChange) => `owner_changes:${by}`

export function countOwnerChange(store: Store, by: OwnerChange): void {
  writeSetting(store, key(by), String(Number(readSetting(store, key(by)) ?? 0) + 1))
}

/** How often owners were changed, and by what. */
export function ownerChanges(store: Store): Record<OwnerChange, number> {
  const of = (by: OwnerChange) => Number(readSetting(store, key(by)) ?? 0)
  return { byAutoAssign: of('byAutoAssign'), byAction: of('byAction') }
}
