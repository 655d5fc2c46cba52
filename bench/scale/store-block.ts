import { createHash } from 'node:crypto'
import { rollUpActivities } from '../../connectors/hubspot/activities.ts'
import { inBatches } from '../../connectors/hubspot/batch-read.ts'
import type { HubspotClient } from '../../connectors/hubspot/client.ts'
import { FULL_PHASES, pullAll } from '../../connectors/hubspot/pull.ts'
import { createReadings } from '../../connectors/hubspot/reading.ts'
import type { Deps } from '../../jobs/deps.ts'
import { enrich } from '../../jobs/enrich.ts'
import { score } from '../../jobs/score.ts'
import { storePage } from '../../jobs/store-page.ts'
import { personName } from '../../src/leads/person-name.ts'
import type { ActivityRecord } from '../../src/leads/records.ts'
import { accountInputs } from '../../src/store/account-scores.ts'
import { upsertActivities } from '../../src/store/activities.ts'
import { inTransaction } from '../../src/store/database.ts'
import { mergePersonFacts } from '../../src/store/merge-records.ts'
import { factsOf, scoringInputs } from '../../src/store/scoring-inputs.ts'
import { answer } from './answers.ts'
import { contactAt } from './contact.ts'
import { createTouched } from './touched.ts'
import { activityPlan, companyId, PER_COMPANY, personId, type World } from './world.ts'

/** So far back earlier readings are made up; each saw two activities. */
const MOST_ERAS = 5

const NO_WISHES = { fields: { person: [], company: [] }, mapping: {}, apiShare: 1 }

/** Stores a small portal by the product's own code: read page by page, enriched and, where asked for, scored. */
export async function storeBlock(
  deps: Deps,
  installationId: string,
  world: World,
  scored: boolean,
): Promise<void> {
  const client = clientOf(world)
  const { clock, log } = deps
  const readings = createReadings(client, { wishes: async () => NO_WISHES, clock, log })
  for (const stream of FULL_PHASES.flat()) {
    let position = null
    do {
      const page = await pullAll({ client, clock, log, readings }, stream, position)
      await inTransaction(deps.db, (transaction) =>
        storePage(transaction, installationId, page, clock.now()),
      )
      position = page.next
    } while (position)
  }
  await storeOlder(deps, installationId, world)
  await enrich({ installationId }, deps)
  if (scored) await score({ installationId }, deps)
}

/** The portal without a network in between. */
function clientOf(world: World): HubspotClient {
  const touched = createTouched()
  const client: HubspotClient = {
    clockAheadMs: () => 0,
    during: () => client,
    async call({ method, path, query, body, answer: schema }) {
      const place = path.slice(1).replace(/\/\d{4}-\d{2}(?=\/|$)/, '')
      const asked = { method, path: place, query: new URLSearchParams(query), body }
      return schema.parse(answer(world, touched, asked).body)
    },
  }
  return client
}

/** What earlier readings saw of the last page and click; a full reading takes none of it back. */
async function storeOlder(
  { db, clock }: Deps,
  installationId: string,
  world: World,
): Promise<void> {
  const { older } = activityPlan(world.activitiesPerPerson)
  const people = Array.from({ length: world.people }, (_, person) => person)
  for (const batch of inBatches(people, 200)) {
    const records = batch.flatMap((person) => olderOf(world, person).slice(0, older))
    await upsertActivities(db, installationId, records, clock.now())
  }
}

/** The latest first. */
function olderOf(world: World, person: number): readonly ActivityRecord[] {
  return Array.from({ length: MOST_ERAS }, (_, era) =>
    rollUpActivities(contactAt(world, person, era + 1)).filter(({ sourceId }) =>
      /page_view|email_click/.test(sourceId),
    ),
  ).flat()
}

/** What the product hashes to tell whether a subject is as it was when it was scored. */
export interface Observed {
  readonly id: string
  readonly text: string
}

/** Of everybody of the block; a copied person's hash is that of the text with the copy's ids. */
export async function observedOf(
  { db }: Deps,
  installationId: string,
  { people }: World,
): Promise<readonly Observed[]> {
  const ids = Array.from({ length: people }, (_, index) => personId(index))
  const companies = Array.from({ length: people / PER_COMPANY }, (_, index) => companyId(index))
  const inputs = await scoringInputs(db, installationId, ids)
  const accounts = await accountInputs(db, installationId, companies)
  return [
    ...inputs.map((input) => {
      const { previous: _previous, ...observed } = factsOf(input)
      const { account } = input
      const inferred = account?.basis === 'domain' ? { account } : {}
      return { id: input.id, text: JSON.stringify({ ...observed, ...inferred }) }
    }),
    ...accounts.map(({ id, company, people: members }) => {
      const known = members.map(({ id: member, records, engagement, intent, engagedAt }) => {
        const facts = mergePersonFacts(records)
        const at = engagedAt === null ? null : new Date(engagedAt)
        return { id: member, name: personName(facts), facts, engagement, intent, engagedAt: at }
      })
      return { id, text: JSON.stringify({ company, people: known }) }
    }),
  ]
}

/** As the product stores it. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
