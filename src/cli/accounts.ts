import { topAccounts } from '../store/account-scores.ts'
import { listInstallations } from '../store/installations.ts'
import { accountLines } from './accounts-table.ts'
import { withDatabase } from './connect.ts'
import { print } from './terminal.ts'

/** The best accounts of each active installation. */
export function accounts(options: { data: string; json: boolean; top: number }): Promise<void> {
  return withDatabase(options.data, async (db) => {
    const active = (await listInstallations(db)).filter(({ status }) => status === 'active')
    const lists = await Promise.all(
      active.map(async ({ id, crm, accountId }) => ({
        crm,
        accountId,
        accounts: await topAccounts(db, id, options.top),
      })),
    )
    if (options.json) return print(JSON.stringify(lists))
    if (lists.length === 0) return print('Nothing is installed yet. Try: npm run demo')
    for (const list of lists) {
      print(`${list.crm} account ${list.accountId}`)
      const none = ['No company is scored yet; it takes a model with the section `accounts`.']
      const lines = list.accounts.length === 0 ? none : accountLines(list.accounts)
      for (const line of lines) print(`  ${line}`)
    }
  })
}
