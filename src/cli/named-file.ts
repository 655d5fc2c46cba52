import { readFile } from 'node:fs/promises'
import { UserError } from '../errors.ts'

/** Reads a file that somebody named on the command line. */
export function readNamed(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UserError(`Cannot read ${file}; check the path`, { cause })
  })
}
