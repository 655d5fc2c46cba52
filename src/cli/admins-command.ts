import { type Command, Option } from '@commander-js/extra-typings'
import { dataOption, jsonOption } from './options.ts'

/** The verb about those who may look at the web pages. */
export function addAdminsCommand(program: Command): void {
  program
    .command('admins')
    .description('who may sign in to the web pages')
    .addOption(
      new Option('--invite', 'print a one-time link that sets up an administrator')
        .default(false)
        .conflicts(['remove', 'signOut']),
    )
    .addOption(
      new Option('--remove <name>', 'remove an administrator').conflicts(['invite', 'signOut']),
    )
    .addOption(
      new Option('--sign-out', 'end all sessions of everybody')
        .default(false)
        .conflicts(['invite', 'remove']),
    )
    .option('--yes', 'do not ask', false)
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (options) => (await import('./admins.ts')).admins(options))
}
