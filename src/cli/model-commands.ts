import type { Command } from '@commander-js/extra-typings'
import { addVersionCommands } from './model-version-commands.ts'
import { dataOption, jsonOption, moment } from './options.ts'

/** The verbs under `plumbline model`. */
export function addModelCommands(model: Command): void {
  model
    .command('check <file>')
    .description(
      'problems with their places, lint, and the worked examples; exit code 1 on failure',
    )
    .addOption(jsonOption())
    .action(async (file, options) => (await import('./model-check.ts')).modelCheck(file, options))
  model
    .command('lint <file>')
    .description('what is likely not meant: thresholds out of reach, duplicates, missing decay…')
    .option('--strict', 'exit code 1 for warnings too', false)
    .addOption(jsonOption())
    .action(async (file, options) => (await import('./model-lint.ts')).modelLint(file, options))
  model
    .command('doc <file>')
    .description('the model as a page of Markdown for a new colleague')
    .addOption(jsonOption())
    .action(async (file, options) => (await import('./model-doc.ts')).modelDoc(file, options))
  model
    .command('schema')
    .description('the JSON Schema of the model language, for editors')
    .addOption(jsonOption())
    .action(async () => (await import('./model-schema.ts')).modelSchema())
  model
    .command('export <file>')
    .description("the model's signals as a spreadsheet, one row each")
    .requiredOption('--csv', 'as comma-separated values')
    .option('--out <file>', 'where to write (default: standard output)')
    .addOption(jsonOption())
    .action(async (file, options) => (await import('./model-export.ts')).modelExport(file, options))
  model
    .command('import <file>')
    .description('a model made of a spreadsheet of signals')
    .option('--base <model>', 'the model that supplies the rest: gates, thresholds, examples…')
    .option('--out <file>', 'where to write (default: standard output)')
    .addOption(jsonOption())
    .action(async (file, options) => (await import('./model-import.ts')).modelImport(file, options))
  model
    .command('diff <a> <b>')
    .description('what differs in meaning between two models; each a file, or the word live')
    .option('--replay', 'score everybody who is stored with both, and name who changes tier', false)
    .option('--installation <account>', 'only this account (default: all active ones)')
    .option('--as-of <moment>', 'the moment to score at (default: now)', moment)
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (a, b, options) => (await import('./model-diff.ts')).modelDiff(a, b, options))
  addVersionCommands(model)
}
