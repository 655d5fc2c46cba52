import { UserError } from '../errors.ts'
import type { Db } from '../store/database.ts'
import type { Installation } from '../store/installations.ts'
import { endShadow, setShadow } from '../store/shadow.ts'
import { decisionOf, type ModelVerbOptions } from './change-live-model.ts'
import { chosenInstallation } from './chosen-installation.ts'
import { chosenModel } from './chosen-model.ts'
import { withDatabase } from './connect.ts'
import { dueWords } from './publication-preview.ts'
import { print } from './terminal.ts'

export interface ShadowOptions extends ModelVerbOptions {
  readonly end: boolean
}

/** Lets a model score everybody beside the live one, without writing anything, or ends that. */
export function modelShadow(given: string | undefined, options: ShadowOptions): Promise<void> {
  if (options.end === (given !== undefined)) {
    throw new UserError('Name a file or a stored version to start with, or --end to stop')
  }
  return withDatabase(options.data, async (db) => {
    const installation = await chosenInstallation(db, options.installation)
    if (given === undefined) return end(db, installation, options)
    return start(db, installation, given, options)
  })
}

async function start(
  db: Db,
  installation: Installation,
  given: string,
  options: ShadowOptions,
): Promise<void> {
  const chosen = await chosenModel(db, installation, given, options.json)
  if (!chosen) return
  const { crm, accountId, id } = installation
  const started = await setShadow(db, id, chosen.text, decisionOf(options))
  if (options.json) return print(JSON.stringify({ crm, accountId, ...started }))
  if (!started.changed) return print(`${started.model} is the shadow already; nothing was changed`)
  if (started.replaced)
    print(`${started.replaced} is no longer the shadow; its scores are dropped.`)
  print(
    `${started.model} scores ${dueWords(started.due)} beside the live model; nothing is written.`,
  )
  print('To compare: plumbline model compare')
  print('To end it: plumbline model shadow --end')
}

async function end(db: Db, installation: Installation, options: ShadowOptions): Promise<void> {
  const { crm, accountId, id } = installation
  const ended = await endShadow(db, id, decisionOf(options))
  if (options.json) return print(JSON.stringify({ crm, accountId, ended }))
  if (ended === null) return print('There is no shadow model; nothing was changed')
  print(`${ended} is no longer the shadow; its scores are dropped.`)
}
