import type { FactMap, FactValue } from '../../leads/facts.ts'
import { canonicalJson } from '../language/content-hash.ts'
import type { Facts, ScoredActivity } from '../result.ts'

/** A field of a person or company that became known, was forgotten (`after` null) or changed. */
export interface FieldChange {
  /** `person.seniority`, `company.employees` */
  readonly field: string
  readonly before: FactValue | null
  readonly after: FactValue | null
}

/** An activity whose id stayed and whose type, time or attributes are others now. */
export interface ChangedActivity {
  readonly before: ScoredActivity
  readonly after: ScoredActivity
}

/** How two lists of activities of one person differ, by the activities' ids. */
export interface ActivityChanges {
  readonly gone: readonly ScoredActivity[]
  readonly added: readonly ScoredActivity[]
  readonly changed: readonly ChangedActivity[]
}

/** Every field that differs, those of the person first, in alphabetical order. */
export function changedFields(before: Facts, after: Facts): FieldChange[] {
  return [
    ...changesIn('person', before.person, after.person),
    ...changesIn('company', before.company, after.company),
  ]
}

function changesIn(subject: string, before: FactMap, after: FactMap): FieldChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted()
  const changes = names.map((name) => ({
    field: `${subject}.${name}`,
    before: before[name] ?? null,
    after: after[name] ?? null,
  }))
  return changes.filter((change) => canonicalJson(change.before) !== canonicalJson(change.after))
}

export function changedActivities(
  before: readonly ScoredActivity[],
  after: readonly ScoredActivity[],
): ActivityChanges {
  const earlier = new Map(before.map((activity) => [activity.id, activity]))
  const later = new Set(after.map(({ id }) => id))
  const added: ScoredActivity[] = []
  const changed: ChangedActivity[] = []
  for (const activity of after) {
    const known = earlier.get(activity.id)
    if (known === undefined) added.push(activity)
    else if (!isSame(known, activity)) changed.push({ before: known, after: activity })
  }
  return { gone: before.filter(({ id }) => !later.has(id)), added, changed }
}

function isSame(a: ScoredActivity, b: ScoredActivity): boolean {
  return (
    a.type === b.type &&
    a.at.getTime() === b.at.getTime() &&
    canonicalJson(a.attributes) === canonicalJson(b.attributes)
  )
}
