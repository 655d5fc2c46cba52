import { compileModel } from '../scoring/engine/compile.ts'
import { diffModels } from '../scoring/history/diff-models.ts'
import { formatChange, type ModelChange } from '../scoring/history/model-change.ts'
import type { Model } from '../scoring/language/parse.ts'
import type { Db } from '../store/database.ts'
import type { Installation } from '../store/installations.ts'
import { withDatabase } from './connect.ts'
import { chosenInstallations, commonLiveModel, LIVE, readModelFile } from './replay-models.ts'
import { type Replay, replayPeople } from './replay-people.ts'
import { migrationLines, queueLines } from './replay-report.ts'
import { bold, plural, print, safe } from './terminal.ts'

export interface ModelDiffOptions {
  readonly replay: boolean
  /** Account id. */
  readonly installation?: string | undefined
  /** Now when absent. */
  readonly asOf?: Date | undefined
  readonly data: string
  readonly json: boolean
}

interface Models {
  readonly before: Model
  readonly after: Model
}

/** What differs between two models, and with `replay` what that does to everybody who is stored. */
export async function modelDiff(a: string, b: string, options: ModelDiffOptions): Promise<void> {
  if (!options.replay && a !== LIVE && b !== LIVE) {
    return printDiff(
      { before: await readModelFile(a), after: await readModelFile(b) },
      null,
      options,
    )
  }
  // Read before the database is started: a mistyped name is told at once.
  const files = { a: await readUnlessLive(a), b: await readUnlessLive(b) }
  return withDatabase(options.data, async (db) => {
    const installations = await chosenInstallations(db, options.installation)
    const before = files.a ?? (await commonLiveModel(db, installations))
    const after = files.b ?? (await commonLiveModel(db, installations))
    const replays = options.replay
      ? await replayAll(db, installations, { before, after }, options.asOf ?? new Date())
      : null
    printDiff({ before, after }, replays, options)
  })
}

async function readUnlessLive(name: string): Promise<Model | null> {
  return name === LIVE ? null : await readModelFile(name)
}

interface InstallationReplay {
  readonly installation: Installation
  readonly replay: Replay
}

interface Replays {
  readonly asOf: Date
  readonly each: readonly InstallationReplay[]
}

async function replayAll(
  db: Db,
  installations: readonly Installation[],
  models: Models,
  asOf: Date,
): Promise<Replays> {
  const scorers = { before: compileModel(models.before), after: compileModel(models.after) }
  const each: InstallationReplay[] = []
  for (const installation of installations) {
    each.push({ installation, replay: await replayPeople(db, installation, scorers, asOf) })
  }
  return { asOf, each }
}

function printDiff(models: Models, replays: Replays | null, options: ModelDiffOptions): void {
  const changes = diffModels(models.before, models.after)
  if (options.json) {
    print(JSON.stringify(documentOf(models, changes, replays)))
    return
  }
  const { before, after } = models
  print(bold(`${before.name} → ${after.name}: ${plural(changes.length, 'change')}`))
  for (const change of changes) print(`  ${safe(formatChange(change))}`)
  for (const each of replays?.each ?? []) printReplay(models, each)
}

function documentOf(
  { before, after }: Models,
  changes: readonly ModelChange[],
  replays: Replays | null,
) {
  const replay = replays?.each.map(({ installation: { crm, accountId }, replay }) => ({
    crm,
    accountId,
    ...replay.comparison,
  }))
  return {
    before: before.name,
    after: after.name,
    changes,
    ...(replays && { asOf: replays.asOf.toISOString(), replay }),
  }
}

function printReplay(
  { before, after }: Models,
  { installation: { crm, accountId }, replay: { comparison } }: InstallationReplay,
): void {
  print()
  print(bold(`${crm} account ${accountId}`))
  const lines = [...migrationLines(comparison, [after, before]), ...queueLines(comparison)]
  for (const line of lines) print(line === '' ? '' : `  ${line}`)
}
