import { type RankedAccount, topAccounts } from '../store/account-scores.ts'
import { accountLines } from './accounts-table.ts'
import { printRanking, type RankingOptions } from './ranking.ts'

/** The best accounts of each active installation. */
export function accounts(options: RankingOptions): Promise<void> {
  return printRanking({ name: 'accounts', load: topAccounts, lines: linesOf }, options)
}

function linesOf(accounts: readonly RankedAccount[]): readonly string[] {
  if (accounts.length > 0) return accountLines(accounts)
  return ['No company is scored yet; it takes a model with the section `accounts`.']
}
