import type { Model } from '../scoring/language/parse.ts'
import type { Db } from '../store/database.ts'
import type { Installation } from '../store/installations.ts'
import type { Decision, Publication } from '../store/models.ts'
import { confirmed } from './confirmed.ts'
import { operator } from './operator.ts'
import { dueWords, previewLines, previewOf } from './publication-preview.ts'
import { bold, print, safe } from './terminal.ts'

/** What the verbs have in common that change which models are in use. */
export interface ModelVerbOptions {
  readonly data: string
  readonly json: boolean
  readonly installation?: string | undefined
  readonly actor?: string | undefined
  readonly reason?: string | undefined
}

/** What those have in common that change what is written to the CRM. */
export interface LiveModelOptions extends ModelVerbOptions {
  /** Do not ask. */
  readonly yes: boolean
}

/** Who decides, now, and why. */
export function decisionOf({ actor, reason }: ModelVerbOptions): Decision {
  return { actor: actor ?? operator(), reason: reason ?? null, at: new Date() }
}

/** A change of the live model: to which version, how to ask for it, how it is done and how it is undone. */
export interface LiveModelChange {
  readonly next: Model
  readonly question: string
  /** @param from what is live, `id@hash` */
  readonly undo: (from: string) => string
  readonly perform: (decision: Decision) => Promise<Publication>
}

/** Shows what a change of the live model means, asks, does it, and says how to undo it. */
export async function changeLiveModel(
  db: Db,
  { id, crm, accountId }: Installation,
  { next, question, undo, perform }: LiveModelChange,
  options: LiveModelOptions,
): Promise<void> {
  const preview = await previewOf(db, id, next)
  const { from, to } = preview
  const way = from === null ? null : undo(from)
  const say = (line: string) => {
    if (!options.json) print(line)
  }
  const answer = (published: boolean, done: object = {}) => {
    if (!options.json) return
    print(JSON.stringify({ crm, accountId, published, ...preview, ...done, undo: way }))
  }
  say(bold(`${crm} account ${accountId}`))
  if (from === to) {
    say(`  ${to} is live already; nothing was changed`)
    return answer(false)
  }
  for (const line of previewLines(preview)) say(`  ${safe(line)}`)
  if (!(await confirmed(question, options.yes))) {
    say('Nothing was changed.')
    return answer(false)
  }
  const outcome = await perform(decisionOf(options))
  if (!outcome.changed) {
    say(`  ${to} is live already; nothing was changed`)
    return answer(false)
  }
  say(`${to} is live, ${dueWords(outcome.due)} are due for scoring.`)
  say('Running workers begin within 2 seconds; "plumbline status" shows how far they are.')
  if (way) say(`To undo: ${way}`)
  answer(true, { due: outcome.due })
}
