import type { ReadingWishes } from '../connectors/connector.ts'
import type { Clock } from '../src/clock.ts'
import { FACT_FIELDS } from '../src/leads/fact-fields.ts'
import { conditionsOf } from '../src/scoring/authoring/condition-places.ts'
import { splitFieldPath } from '../src/scoring/language/field-path.ts'
import { parseModel } from '../src/scoring/language/parse.ts'
import { fieldsOf } from '../src/scoring/language/predicate-document.ts'
import type { Db } from '../src/store/database.ts'
import { textsAtHand } from '../src/store/model-lookup.ts'
import { readSettings } from '../src/store/settings.ts'

/** How long an answer is good; every page of a reading asks. */
const GOOD_FOR_MS = 5_000

/** What one installation wants read. */
export interface Wishes {
  /** Remembered for a few seconds. */
  read(): Promise<ReadingWishes>
  /** The next reading asks anew. */
  forget(): void
}

export function createWishes(db: Db, clock: Clock, installationId: string): Wishes {
  let kept: { readonly until: number; readonly wishes: Promise<ReadingWishes> } | undefined
  const forget = () => {
    kept = undefined
  }
  return {
    forget,
    read() {
      const now = clock.now().getTime()
      if (kept && now < kept.until) return kept.wishes
      const wishes = readWishes(db, installationId)
      kept = { until: now + GOOD_FOR_MS, wishes }
      wishes.catch(forget)
      return wishes
    },
  }
}

async function readWishes(db: Db, installationId: string): Promise<ReadingWishes> {
  const [fields, settings] = await Promise.all([
    wishedFields(db, installationId),
    readSettings(db, installationId),
  ])
  const split = fields.map(splitFieldPath)
  const namesOf = (kind: string) =>
    split.filter(({ subject }) => subject === kind).map(({ name }) => name)
  return {
    fields: { person: namesOf('person'), company: namesOf('company') },
    mapping: settings.mapping,
    apiShare: settings.apiShare,
  }
}

/**
 * The fields that the installation's models ask for beyond the ones that everybody has: `person.NAME` and
 * `company.NAME`, sorted. Drafts count too: whoever tries one wants its facts to be there.
 */
export async function wishedFields(db: Db, installationId: string): Promise<readonly string[]> {
  const texts = await textsAtHand(db, installationId)
  const mentioned = new Set(texts.flatMap(fieldsMentioned))
  return [...mentioned].filter((field) => !FACT_FIELDS.includes(field)).toSorted()
}

/** Every fact field that any part of a model speaks of; none where the text is no model of this version. */
function fieldsMentioned(text: string): readonly string[] {
  const parsed = parseModel(text)
  if (!parsed.ok) return []
  const { document } = parsed.model
  const conditions = conditionsOf(document).filter(({ about }) => about === 'facts')
  const asked = document.gates.flatMap(({ then: { ask } }) => ask ?? [])
  return [...conditions.flatMap(({ condition }) => fieldsOf(condition)), ...asked]
}
