import type { Command } from '@commander-js/extra-typings'
import { jsonOption } from './options.ts'

/** The verbs under `plumbline model`. */
export function addModelCommands(model: Command): void {
  model
    .command('check <file>')
    .description('problems with their places, and the worked examples; exit code 1 on failure')
    .addOption(jsonOption())
    .action(async (file, options) => (await import('./model-check.ts')).modelCheck(file, options))
}
