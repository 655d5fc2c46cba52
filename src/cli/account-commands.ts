import { type Command, Option } from '@commander-js/extra-typings'
import { dataOption, installationOption, jsonOption } from './options.ts'

/** The verbs that connect a CRM account, read it, list its segments, disconnect it, and erase people. */
export function addAccountCommands(program: Command): void {
  addInstall(program)
  addSync(program)
  addDisconnect(program)
  addErase(program)
  addSegments(program)
}

function yesOption() {
  return new Option('--yes', 'do not ask').default(false)
}

function addInstall(program: Command): void {
  program
    .command('install <crm>')
    .description('connect a CRM account: what to open, and how far the first reading is')
    .option('--no-wait', 'only say what to open')
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (crm, options) => (await import('./install.ts')).install(crm, options))
}

function addSync(program: Command): void {
  program
    .command('sync [account]')
    .description('read a CRM account now')
    .addOption(new Option('--full', 'read everything').conflicts(['delta', 'history']))
    .addOption(
      new Option('--delta', 'read what has changed (the default)').conflicts(['full', 'history']),
    )
    .addOption(
      new Option(
        '--history',
        'read what was known of everybody and when, so that backtests see no more than that',
      ).conflicts(['full', 'delta']),
    )
    .option('--wait', 'show progress until everything is written', false)
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (account, options) => (await import('./sync.ts')).syncNow(account, options))
}

function addDisconnect(program: Command): void {
  program
    .command('disconnect [account]')
    .description('remove the app from a CRM account and stop working for it')
    .option('--erase', 'delete everything that is stored here about the account', false)
    .option('--local', 'forget the account here only, where its CRM cannot be reached', false)
    .addOption(yesOption())
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (account, options) => {
      const { disconnect } = await import('./disconnect.ts')
      await disconnect(account, options)
    })
}

function addErase(program: Command): void {
  program
    .command('erase <id>')
    .description(
      'erase a person (record id, e-mail address) or company (record id) from everything that is stored here',
    )
    .addOption(
      new Option('--kind <kind>', 'what the id is of')
        .choices(['person', 'company'] as const)
        .default('person' as const),
    )
    .option('--verify', 'erase nothing; look through all tables for what is left', false)
    .option('--email <address>', 'with --verify: an address to look for as well')
    .addOption(yesOption())
    .addOption(installationOption())
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (id, options) => (await import('./erase.ts')).eraseNow(id, options))
}

function addSegments(program: Command): void {
  program
    .command('segments')
    .description('lists that the CRM keeps by itself, one for each tier and stage')
    .option('--create', 'create those that are missing', false)
    .addOption(installationOption())
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (options) => (await import('./segments.ts')).segments(options))
}
