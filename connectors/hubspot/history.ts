import type { FactMap, SubjectKind } from '../../src/leads/facts.ts'
import type { Field } from '../field-facts.ts'
import type { FactHistory } from '../page.ts'
import { inParallel } from '../parallel.ts'
import { HUBSPOT_API_VERSION } from './api-version.ts'
import { inBatches } from './batch-read.ts'
import { BATCHES_IN_FLIGHT, HISTORY_BATCH } from './limits.ts'
import { subjectFacts } from './map.ts'
import { COMPANY_FIELDS, PERSON_FIELDS } from './properties.ts'
import { type Portal, type Reading, withReading } from './reading.ts'
import { HistoryAnswer, type PropertyHistory } from './schema.ts'

const OBJECTS = { person: 'contacts', company: 'companies' } as const
const FIELDS: Readonly<Record<SubjectKind, readonly Field[]>> = {
  person: PERSON_FIELDS,
  company: COMPANY_FIELDS,
}

/**
 * What was known of the subjects of one kind, and when: a version for every moment at which a property that we read
 * as a fact changed that fact. Whoever is gone is not among them. HubSpot keeps a property's latest values only, so
 * the oldest versions may lack what has changed often since.
 */
export function readHistory(
  portal: Portal,
  kind: SubjectKind,
  ids: readonly string[],
): Promise<readonly FactHistory[]> {
  return withReading(portal, OBJECTS[kind], async (reading) => {
    const batches = inBatches([...new Set(ids)], HISTORY_BATCH)
    const answers = await inParallel(batches, BATCHES_IN_FLIGHT, (batch) =>
      readBatch(portal, kind, reading, batch),
    )
    const records = new Map(answers.flat().map((record) => [record.id, record]))
    return [...records.values()].map((record) => toHistory(kind, record, reading.wished))
  })
}

async function readBatch(
  { client }: Portal,
  kind: SubjectKind,
  { properties, wished }: Reading,
  ids: readonly string[],
): Promise<readonly PropertyHistory[]> {
  const asFacts = new Set([...FIELDS[kind], ...wished].map(({ property }) => property))
  const { results } = await client.call({
    method: 'POST',
    path: `/crm/objects/${HUBSPOT_API_VERSION}/${OBJECTS[kind]}/batch/read`,
    body: {
      inputs: ids.map((id) => ({ id })),
      properties: ['hs_object_id'],
      propertiesWithHistory: properties.filter((name) => asFacts.has(name)),
    },
    answer: HistoryAnswer,
  })
  return results
}

function toHistory(
  kind: SubjectKind,
  { id, propertiesWithHistory }: PropertyHistory,
  wished: readonly Field[],
): FactHistory {
  // Newest first: turned round, the last of several values of one moment is the one that stayed.
  const changes = Object.entries(propertiesWithHistory)
    .flatMap(([name, values]) => values.toReversed().map((entry) => ({ name, ...entry })))
    .toSorted((a, b) => a.timestamp.getTime() - b.timestamp.getTime())
  const properties: Record<string, string> = {}
  const versions: { knownAt: Date; facts: FactMap }[] = []
  for (const [at, { name, value, timestamp }] of changes.entries()) {
    properties[name] = value
    // What changed in one moment became known together.
    if (changes[at + 1]?.timestamp.getTime() === timestamp.getTime()) continue
    const facts = subjectFacts(kind, properties, wished)
    if (!isSame(facts, versions.at(-1)?.facts ?? {})) versions.push({ knownAt: timestamp, facts })
  }
  return { subject: { kind, id }, versions }
}

/** Facts of one kind always come in the same order. */
function isSame(a: FactMap, b: FactMap): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
