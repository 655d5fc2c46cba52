import type { Store } from './store.ts'

/** A record of the org, and the market's own id of that person or company. */
export interface MarketKey {
  readonly id: string
  readonly key: string
}

export function saveKey(store: Store, { id, key }: MarketKey): void {
  store.sql('insert into market_key values (?, ?)').run(id, key)
}

/** Who each Lead, Contact and Account was in the market, in the order of their ids. */
export function marketKeys(store: Store): MarketKey[] {
  return store
    .sql('select id, key from market_key order by id')
    .all()
    .map((row) => ({ id: String(row['id']), key: String(row['key']) }))
}
