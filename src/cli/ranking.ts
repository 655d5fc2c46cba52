import type { Db } from '../store/database.ts'
import { listInstallations } from '../store/installations.ts'
import { withDatabase } from './connect.ts'
import { print } from './terminal.ts'

export interface RankingOptions {
  readonly data: string
  readonly json: boolean
  readonly top: number
}

/** One kind of ranking. */
interface Ranking<Entry> {
  /** What the list is called in the JSON. */
  readonly name: string
  readonly load: (db: Db, installationId: string, top: number) => Promise<readonly Entry[]>
  readonly lines: (entries: readonly Entry[]) => readonly string[]
}

/** The best of each active installation. */
export function printRanking<Entry>(
  { name, load, lines }: Ranking<Entry>,
  { data, json, top }: RankingOptions,
): Promise<void> {
  return withDatabase(data, async (db) => {
    const active = (await listInstallations(db)).filter(({ status }) => status === 'active')
    const lists = await Promise.all(
      active.map(async ({ id, crm, accountId }) => ({
        crm,
        accountId,
        entries: await load(db, id, top),
      })),
    )
    if (json) {
      const named = lists.map(({ entries, ...account }) => ({ ...account, [name]: entries }))
      return print(JSON.stringify(named))
    }
    if (lists.length === 0) return print('Nothing is installed yet. Try: npm run demo')
    for (const { crm, accountId, entries } of lists) {
      print(`${crm} account ${accountId}`)
      for (const line of lines(entries)) print(`  ${line}`)
    }
  })
}
