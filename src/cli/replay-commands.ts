import type { Command } from '@commander-js/extra-typings'
import { dataOption, jsonOption, moment } from './options.ts'

/** The verbs that score stored people again: why a score changed, what another model would say. */
export function addReplayCommands(program: Command): void {
  program
    .command('why <id>')
    .description(
      'why a score changed: time, new activity, other facts, other rules; exact to the hundredth',
    )
    .requiredOption('--since <moment>', 'the moment to compare with', moment)
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (id, options) => (await import('./why.ts')).why(id, options))
  program
    .command('simulate <file>')
    .description('what a model would make of everybody who is stored, beside the published one')
    .option('--installation <account>', 'only this account (default: all active ones)')
    .option('--as-of <moment>', 'the moment to score at (default: now)', moment)
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (file, options) => (await import('./simulate.ts')).simulate(file, options))
}
