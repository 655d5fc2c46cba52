import { topLeads } from '../store/scores.ts'
import { leadLines } from './leads-table.ts'
import { printRanking, type RankingOptions } from './ranking.ts'

/** The best scored people of each active installation. */
export function leads(options: RankingOptions): Promise<void> {
  return printRanking({ name: 'leads', load: topLeads, lines: leadLines }, options)
}
