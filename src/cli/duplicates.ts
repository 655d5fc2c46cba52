import { type Db, inTransaction } from '../store/database.ts'
import { type DuplicateRule, type RuleChange, setDuplicateRule } from '../store/duplicates.ts'
import { listInstallations } from '../store/installations.ts'
import { chosenInstallation } from './chosen-installation.ts'
import { withDatabase } from './connect.ts'
import { RULE_WORDS, reportDuplicates, reportLines } from './duplicates-report.ts'
import { operator } from './operator.ts'
import { bold, plural, print, safe } from './terminal.ts'

export interface DuplicatesOptions {
  readonly data: string
  readonly json: boolean
  /** Which account; all active ones are listed without it. */
  readonly installation?: string | undefined
  /** How many of each kind of finding are shown per installation. */
  readonly limit: number
  readonly scoreAsOne?: 'email' | 'email_and_name' | undefined
  readonly reportOnly?: true | undefined
}

/** Lists records that seem to be one person, or sets whether such records are scored as one. */
export function duplicates(options: DuplicatesOptions): Promise<void> {
  const rule = options.reportOnly ? 'report' : options.scoreAsOne
  return withDatabase(options.data, (db) =>
    rule ? changeRule(db, rule, options) : report(db, options),
  )
}

async function report(
  db: Db,
  { installation, limit, json }: Pick<DuplicatesOptions, 'installation' | 'limit' | 'json'>,
): Promise<void> {
  const asked = installation
    ? [await chosenInstallation(db, installation)]
    : (await listInstallations(db)).filter(({ status }) => status === 'active')
  const reports = await Promise.all(asked.map((each) => reportDuplicates(db, each, limit)))
  if (json) return print(JSON.stringify(reports))
  if (reports.length === 0) return print('Nothing is installed yet. Try: npm run demo')
  for (const each of reports) printAccount(each, reportLines(each))
}

/** Where there are several installations, the one to change must be named. */
async function changeRule(
  db: Db,
  rule: DuplicateRule,
  { installation, json }: Pick<DuplicatesOptions, 'installation' | 'json'>,
): Promise<void> {
  const { id, crm, accountId } = await chosenInstallation(db, installation)
  const wanted = { rule, actor: operator(), at: new Date() }
  const change = await inTransaction(db, (transaction) => setDuplicateRule(transaction, id, wanted))
  if (json) return print(JSON.stringify({ crm, accountId, ...change }))
  printAccount({ crm, accountId }, changeLines(change))
}

function changeLines({ before, after, rescored }: RuleChange): readonly string[] {
  if (before === after) return [`Nothing to change. Already so: ${RULE_WORDS[after]}`]
  const flag = before === 'report' ? '--report-only' : `--score-as-one ${before}`
  return [
    `From now on: ${RULE_WORDS[after]}`,
    `${plural(rescored, 'record')} will be scored again; a running worker begins within seconds`,
    `To undo: plumbline duplicates ${flag}`,
  ]
}

function printAccount(
  { crm, accountId }: { readonly crm: string; readonly accountId: string },
  lines: readonly string[],
): void {
  print(bold(`${crm} account ${accountId}`))
  for (const line of lines) print(`  ${safe(line)}`)
}
