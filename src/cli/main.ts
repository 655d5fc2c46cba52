import { Command } from '@commander-js/extra-typings'
import { lastWords } from '../errors.ts'
import { addAccountCommands } from './account-commands.ts'
import { addAdminsCommand } from './admins-command.ts'
import { addDuplicatesCommand } from './duplicates-command.ts'
import { addModelCommands } from './model-commands.ts'
import { dataOption, jsonOption, moment, wholeNumber } from './options.ts'
import { addReplayCommands } from './replay-commands.ts'
import { addSettingsCommands } from './settings-commands.ts'
import { tell } from './terminal.ts'
import { addTrialCommands } from './trial-commands.ts'
import { addWriteCommands } from './write-commands.ts'

/** Parts are loaded by the verb that needs them: a quick answer must not wait for the CRM libraries. */
function createProgram() {
  const program = new Command('plumbline')
    .description('Exact, explainable B2B lead scoring inside the CRM')
    .showHelpAfterError()

  addTrialCommands(program)
  addAccountCommands(program)
  addAdminsCommand(program)
  program
    .command('status')
    .description('how every installation stands')
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (options) => (await import('./status.ts')).status(options))
  program
    .command('leads')
    .description('the best scored people')
    .option('--top <n>', 'how many', wholeNumber(1, 10_000), 20)
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (options) => (await import('./leads.ts')).leads(options))
  program
    .command('accounts')
    .description('the best scored companies')
    .option('--top <n>', 'how many', wholeNumber(1, 10_000), 20)
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (options) => (await import('./accounts.ts')).accounts(options))
  program
    .command('explain <id>')
    .description(
      'why a person (record id, e-mail address) or company (record id, domain) has its score',
    )
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (id, options) => (await import('./explain.ts')).explain(id, options))
  addDuplicatesCommand(program)
  program
    .command('retractions')
    .description("clicks that were taken for a mail security scanner's: whose, and why")
    .option('--limit <n>', 'how many, the newest first', wholeNumber(1, 10_000), 50)
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (options) => (await import('./retractions.ts')).retractions(options))
  program
    .command('score')
    .description(
      'score people written down in a JSON file: { person, company, activities, previous }',
    )
    .requiredOption('--model <file>', 'the model')
    .requiredOption('--facts <file>', 'one person, or a list of them')
    .option(
      '--as-of <moment>',
      'the moment to score at; ages count back from it (default: now)',
      moment,
    )
    .addOption(jsonOption())
    .action(async (options) => (await import('./score.ts')).score(options))
  addReplayCommands(program)
  addWriteCommands(program)
  addSettingsCommands(program)
  program
    .command('secrets')
    .description('under which secret the stored CRM tokens are sealed')
    .option('--rotate', 'seal them anew under the present PLUMBLINE_SECRET', false)
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (options) => (await import('./secrets.ts')).secrets(options))
  addModelCommands(program.command('model').description('work on a scoring model'))
  return program
}

/** Whoever reads our output may stop early (`… | head`): the rest is written to nobody, and the verb ends cleanly. */
function outliveReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

if (import.meta.main) {
  process.stdout.on('error', outliveReader)
  try {
    await createProgram().parseAsync()
  } catch (error) {
    tell(lastWords(error))
    process.exitCode = 1
  }
}
