import { type Command, Option } from '@commander-js/extra-typings'
import { dataOption, jsonOption, wholeNumber } from './options.ts'

/** The verbs that need no CRM of one's own. */
export function addTrialCommands(program: Command): void {
  program
    .command('demo')
    .description('run the whole pipeline on look-alike CRMs')
    .addOption(
      new Option('--crm <name>', 'which CRM; both get the same people, and are compared')
        .choices(['hubspot', 'salesforce', 'both'] as const)
        .default('hubspot' as const),
    )
    .option('--people <n>', 'how many people it has', wholeNumber(1, 10_000_000), 5_000)
    .option('--seed <n>', 'which people: the same seed gives the same', wholeNumber(0, 2 ** 31), 1)
    .option(
      '--csv <file>',
      'fill it from a CRM export instead; repeat for a file of companies',
      collect,
      [] as string[],
    )
    .option('--exit', 'end when everything is written', false)
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (options) => (await import('./demo.ts')).demo(options))
  program
    .command('sandbox <crm>')
    .description('a look-alike CRM to install into, with the limits of the real one')
    .option('--people <n>', 'how many people it has', wholeNumber(1, 10_000_000), 500)
    .option('--seed <n>', 'which people', wholeNumber(0, 2 ** 31), 1)
    .option('--port <n>', 'where it answers', wholeNumber(0, 65_535), 4020)
    .addOption(dataOption())
    .action(async (crm, options) => (await import('./sandbox.ts')).sandbox(crm, options))
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value]
}
