import { listInstallations } from '../store/installations.ts'
import { topLeads } from '../store/scores.ts'
import { withDatabase } from './connect.ts'
import { leadLines } from './leads-table.ts'
import { print } from './terminal.ts'

/** The best scored people of each active installation. */
export function leads(options: { data: string; json: boolean; top: number }): Promise<void> {
  return withDatabase(options.data, async (db) => {
    const active = (await listInstallations(db)).filter(({ status }) => status === 'active')
    const lists = await Promise.all(
      active.map(async ({ id, crm, accountId }) => ({
        crm,
        accountId,
        leads: await topLeads(db, id, options.top),
      })),
    )
    if (options.json) return print(JSON.stringify(lists))
    if (lists.length === 0) return print('Nothing is installed yet. Try: npm run demo')
    for (const list of lists) {
      print(`${list.crm} account ${list.accountId}`)
      for (const line of leadLines(list.leads)) print(`  ${line}`)
    }
  })
}
