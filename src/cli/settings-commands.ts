import { type Command, InvalidArgumentError } from '@commander-js/extra-typings'
import { dataOption, installationOption, jsonOption, wholeNumber } from './options.ts'

/** The verbs under `plumbline settings`. */
export function addSettingsCommands(program: Command): void {
  const settings = program.command('settings').description('what is set for one CRM account')
  settings
    .command('mapping [file]')
    .description('which activities your forms, pages and meetings are; with a YAML file: set it')
    .addOption(installationOption())
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (file, options) => {
      const { settingsMapping } = await import('./settings-mapping.ts')
      await settingsMapping(file, options)
    })
  settings
    .command('overwrites')
    .description('what becomes of our fields when somebody changes them in the CRM')
    .argument(
      '[choice]',
      'restore: ours again; respect: theirs until they clear the field (default: show)',
      overwriteChoice,
    )
    .addOption(installationOption())
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (choice, options) => {
      const { settingsOverwrites } = await import('./settings-overwrites.ts')
      await settingsOverwrites(choice, options)
    })
  settings
    .command('tasks')
    .description('whether owners get a task for each lead that reaches a tier')
    .option('--tiers <names...>', 'create tasks for these tiers of the model')
    .option('--per-owner <n>', 'at most so many a day for each owner', wholeNumber(1, 200), 10)
    .option('--off', 'create no tasks', false)
    .addOption(installationOption())
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (options) => {
      const { settingsTasks } = await import('./settings-tasks.ts')
      await settingsTasks(options)
    })
  settings
    .command('calls')
    .description('how much of the calls that the CRM allows the account in a day we may take')
    .option('--share <percent>', 'at most so much, the rest is for other apps', wholeNumber(5, 95))
    .addOption(installationOption())
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (options) => {
      const { settingsCalls } = await import('./settings-calls.ts')
      await settingsCalls(options)
    })
  settings
    .command('routing')
    .description(
      'whether the CRM’s assignment rules choose the owner anew of leads that reach a tier',
    )
    .option('--tiers <names...>', 'route leads that reach these tiers of the model')
    .option('--off', 'leave owners as they are', false)
    .addOption(installationOption())
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (options) => {
      const { settingsRouting } = await import('./settings-routing.ts')
      await settingsRouting(options)
    })
}

function overwriteChoice(text: string): 'restore' | 'respect' {
  if (text === 'restore' || text === 'respect') return text
  throw new InvalidArgumentError('It must be restore or respect.')
}
