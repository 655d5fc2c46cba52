import { type Command, Option } from '@commander-js/extra-typings'
import { dataOption, installationOption, jsonOption, wholeNumber } from './options.ts'

/** The verb `plumbline duplicates`. */
export function addDuplicatesCommand(program: Command): void {
  program
    .command('duplicates')
    .description('records that seem to be one person; whether they are scored as one')
    .option('--limit <n>', 'how many of each kind to show', wholeNumber(1, 100_000), 20)
    .addOption(
      new Option('--score-as-one <basis>', 'score such records as one person from now on')
        .choices(['email', 'email_and_name'] as const)
        .conflicts('reportOnly'),
    )
    .option('--report-only', 'score each record by itself from now on')
    .addOption(installationOption())
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (options) => (await import('./duplicates.ts')).duplicates(options))
}
