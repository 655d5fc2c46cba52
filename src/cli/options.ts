import { InvalidArgumentError, Option } from '@commander-js/extra-typings'

/** `--data`, of every verb that needs the database. */
export function dataOption() {
  return new Option('--data <dir>', 'where the demo and the embedded Postgres keep their state')
    .env('PLUMBLINE_DATA')
    .default('.plumbline')
}

/** `--json`, of every verb. */
export function jsonOption() {
  return new Option('--json', 'print one JSON document').default(false)
}

/** `--installation`, of every verb that works on one of them. */
export function installationOption() {
  return new Option(
    '--installation <account>',
    'which CRM account, as "status" names it; needed where there are several',
  )
}

/** Reads a whole number between two bounds, both included. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (Number.isInteger(value) && value >= min && value <= max) return value
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
  }
}

/** Reads a moment: `2026-11-01`, or `2026-11-01T09:00:00Z`. */
export function moment(text: string): Date {
  const value = new Date(text)
  if (!Number.isNaN(value.getTime())) return value
  throw new InvalidArgumentError('Write for example 2026-11-01 or 2026-11-01T09:00:00Z.')
}
