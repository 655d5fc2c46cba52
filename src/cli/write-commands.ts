import { type Command, Option } from '@commander-js/extra-typings'
import { DUE_STAGES } from '../store/due.ts'
import { dataOption, installationOption, jsonOption, wholeNumber } from './options.ts'

/** The verbs about what is not in the CRM as it should be: `plumbline rejections` and `plumbline overwrites`. */
export function addWriteCommands(program: Command): void {
  program
    .command('rejections')
    .description('records that could not be scored or written: which, why, and what happens next')
    .option('--limit <n>', 'how many records, the latest first', wholeNumber(1, 100_000), 50)
    .addOption(new Option('--stage <stage>', 'only those of one stage').choices(DUE_STAGES))
    .option('--replay [ids...]', 'try all of them again now, or only the records given')
    .addOption(installationOption())
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (options) => (await import('./rejections.ts')).rejections(options))
  program
    .command('overwrites')
    .description('fields of ours that somebody changed in the CRM, and what happens next')
    .option('--limit <n>', 'how many fields, the latest first', wholeNumber(1, 100_000), 50)
    .addOption(installationOption())
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (options) => (await import('./overwrites.ts')).overwrites(options))
}
