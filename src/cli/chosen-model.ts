import { access } from 'node:fs/promises'
import { asStored } from '../../jobs/models.ts'
import { UserError } from '../errors.ts'
import { formatProblem } from '../scoring/language/model-problem.ts'
import type { Model } from '../scoring/language/parse.ts'
import type { Db } from '../store/database.ts'
import type { Installation } from '../store/installations.ts'
import { listVersions } from '../store/model-versions.ts'
import { type ModelText, readVersion, versionName } from '../store/models.ts'
import { examine, printFailure } from './model-check.ts'
import { readNamed } from './named-file.ts'
import { plural, print, safe } from './terminal.ts'

/** A model that may be put to use. */
export interface ChosenModel {
  readonly model: Model
  readonly text: ModelText
}

/**
 * The model that somebody named on the command line, checked like `model check` does.
 * @param given a file, or the (abbreviated) hash or the full name of a stored version
 * @returns null when it must not be used: its problems and failing examples are printed, and the exit code is set
 * @throws UserError when there is neither such a file nor such a version
 */
export async function chosenModel(
  db: Db,
  installation: Installation,
  given: string,
  json: boolean,
): Promise<ChosenModel | null> {
  const { text, name } = await readGiven(db, installation, given)
  const { reading, problems, failed } = examine(text, name)
  if (reading.ok && failed.length === 0) {
    return { model: reading.model, text: asStored(reading.model, text) }
  }
  process.exitCode = 1
  if (json) {
    const examples = failed.map(({ name: example, differences }) => ({
      name: example,
      differences,
    }))
    print(JSON.stringify({ ok: false, problems, examples }))
    return null
  }
  for (const problem of problems) print(safe(formatProblem(problem)))
  for (const example of failed) printFailure(example)
  const faults = problems.length > 0 ? plural(problems.length, 'problem') : failures(failed.length)
  print(`${faults} in ${safe(name)}: nothing was changed`)
  return null
}

function failures(n: number): string {
  return `${plural(n, 'example')} that ${n === 1 ? 'does' : 'do'} not hold`
}

const VERSION = /^(?:(?<id>[a-z][a-z0-9_-]*)@)?(?<hash>[0-9a-f]{4,64})$/

async function readGiven(
  db: Db,
  installation: Installation,
  given: string,
): Promise<{ text: string; name: string }> {
  const { id, hash } = VERSION.exec(given)?.groups ?? {}
  if (hash === undefined || (await exists(given))) {
    return { text: await readNamed(given), name: given }
  }
  const versions = await listVersions(db, installation.id)
  const found = versions.filter(
    (version) => version.hash.startsWith(hash) && (id === undefined || version.modelId === id),
  )
  const [only, ...others] = found
  if (!only) throw unknownVersion(given, installation)
  if (others.length > 0) throw ambiguous(given, found.map(versionName))
  const version = await readVersion(db, installation.id, only)
  if (!version) throw unknownVersion(given, installation)
  return { text: version.document, name: versionName(only) }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

function unknownVersion(given: string, { crm, accountId }: Installation): UserError {
  return new UserError(
    `${given} is neither a file nor a stored version of ${crm} account ${accountId}; "model versions" lists those`,
  )
}

function ambiguous(given: string, names: readonly string[]): UserError {
  return new UserError(`${given} fits several versions, write more of it: ${names.join(', ')}`)
}
