/** A file that cannot be read as CSV. The message names the file, the line and the remedy. */
export class CsvProblem extends Error {
  override readonly name = 'CsvProblem'
  readonly file: string
  /** Counted from 1; missing where the whole file is meant. */
  readonly line?: number

  constructor(
    at: { readonly file: string; readonly line?: number | undefined },
    what: string,
    remedy: string,
    options?: ErrorOptions,
  ) {
    const place = at.line === undefined ? at.file : `${at.file}, line ${at.line}`
    super(`${place}: ${what}. ${remedy}.`, options)
    this.file = at.file
    if (at.line !== undefined) this.line = at.line
  }
}
