import type { Command } from '@commander-js/extra-typings'
import { dataOption, installationOption, jsonOption } from './options.ts'

const REASON = ['--reason <text>', 'why; kept with the change'] as const
const ACTOR = ['--actor <name>', 'who is changing it (default: the name of your account)'] as const
const YES = ['--yes', 'do not ask'] as const

/** The verbs about which version of a model is in use. */
export function addVersionCommands(model: Command): void {
  addChanges(model)
  addTrials(model)
  model
    .command('versions')
    .description('the stored versions, which of them are in use, and where a rollback leads')
    .addOption(installationOption())
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (options) => (await import('./model-versions.ts')).modelVersions(options))
}

function addChanges(model: Command): void {
  model
    .command('publish <version>')
    .description('make a file, or a stored version, live; everybody is scored anew with it')
    .addOption(installationOption())
    .option(...YES, false)
    .option(...REASON)
    .option(...ACTOR)
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (given, options) =>
      (await import('./model-publish.ts')).modelPublish(given, options),
    )
  model
    .command('rollback')
    .description('make the version before the live one live again; once more goes further back')
    .addOption(installationOption())
    .option(...YES, false)
    .option(...REASON)
    .option(...ACTOR)
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (options) => (await import('./model-rollback.ts')).modelRollback(options))
}

function addTrials(model: Command): void {
  model
    .command('draft <file>')
    .description('store a model without using it')
    .addOption(installationOption())
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (file, options) => (await import('./model-draft.ts')).modelDraft(file, options))
  model
    .command('shadow [version]')
    .description('let a file, or a stored version, score beside the live model; nothing is written')
    .option('--end', 'end that, and drop its scores', false)
    .addOption(installationOption())
    .option(...REASON)
    .option(...ACTOR)
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (given, options) =>
      (await import('./model-shadow.ts')).modelShadow(given, options),
    )
  model
    .command('compare')
    .description('the live model against the shadow: who would change tier, and by how much')
    .addOption(installationOption())
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (options) => (await import('./model-compare.ts')).modelCompare(options))
}
