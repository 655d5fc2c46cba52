import { createModels, parseModelText } from '../../jobs/models.ts'
import { score } from '../../jobs/score.ts'
import type { FactMap } from '../../src/leads/facts.ts'
import type { ActivityRecord } from '../../src/leads/records.ts'
import { upsertActivities } from '../../src/store/activities.ts'
import type { Db } from '../../src/store/database.ts'
import { mark } from '../../src/store/due.ts'
import { addFactVersions } from '../../src/store/fact-versions.ts'
import { publish } from '../../src/store/models.ts'
import { upsertPeople } from '../../src/store/subjects.ts'
import { movableClock, stageDeps } from '../helpers/deps.ts'

/** A person as tests write one down. */
export interface StoredPerson {
  readonly id: string
  readonly facts: FactMap
}

/** Fills and works one installation's mirror as the pipeline would, at moments that the test chooses. */
export function createMirror(db: Db, installationId: string) {
  return {
    async people(people: readonly StoredPerson[], knownAt: Date): Promise<void> {
      const records = people.map((each) => ({ ...each, createdAt: knownAt, updatedAt: knownAt }))
      await upsertPeople(db, installationId, records, knownAt)
      await addFactVersions(db, installationId, 'person', people, knownAt)
    },
    async activities(records: readonly ActivityRecord[], knownAt: Date): Promise<void> {
      await upsertActivities(db, installationId, records, knownAt)
    },
    /** @returns the version's name */
    async publish(text: string, at: Date): Promise<string> {
      const model = parseModelText(text, 'test.yaml')
      const change = { actor: 'test', reason: null, at }
      return (await publish(db, installationId, model, change)).model
    },
    async score(ids: readonly string[], at: Date): Promise<void> {
      await mark(db, installationId, 'score', 'person', ids, at)
      await score(
        { installationId },
        stageDeps(
          db,
          movableClock(at),
          createModels(() => db),
        ),
      )
    },
  }
}

export type Mirror = ReturnType<typeof createMirror>
