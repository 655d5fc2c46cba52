import { readFile } from 'node:fs/promises'
import { UserError } from '../errors.ts'
import { formatProblem } from '../scoring/model-problem.ts'
import { type Model, type ModelReading, parseModel } from '../scoring/parse.ts'

/** Reads a file that somebody named on the command line. */
export function readNamed(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UserError(`Cannot read ${file}; check the path`, { cause })
  })
}

/** A model as it is, with its problems if it has any. */
export async function readModelFile(file: string): Promise<ModelReading> {
  return parseModel(await readNamed(file), file)
}

/** @throws UserError that lists every problem with its place and remedy */
export async function validModel(file: string): Promise<Model> {
  const reading = await readModelFile(file)
  if (reading.ok) return reading.model
  throw new UserError(reading.problems.map(formatProblem).join('\n'))
}
