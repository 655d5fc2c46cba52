import type { Store } from './store.ts'

/** What the sandbox counts of tokens: for tests that must know that something happened once, or not at all. */
const OAUTH_COUNTS = ['refreshes', 'reuses', 'revocations', 'busy'] as const
type OauthCount = (typeof OAUTH_COUNTS)[number]

export function countOauth(store: Store, what: OauthCount): void {
  store
    .sql(
      `insert into oauth_count values (?, 1)
       on conflict (what) do update set times = times + 1`,
    )
    .run(what)
}

export function oauthCounts(store: Store): Record<OauthCount, number> {
  const rows = store.sql('select what, times from oauth_count').all()
  const times = new Map(rows.map((row) => [String(row['what']), Number(row['times'])]))
  const of = (what: OauthCount) => times.get(what) ?? 0
  return {
    refreshes: of('refreshes'),
    reuses: of('reuses'),
    revocations: of('revocations'),
    busy: of('busy'),
  }
}
