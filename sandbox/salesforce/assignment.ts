import { to18, typeOf } from './ids.ts'
import type { Fields, Value } from './record.ts'
import type { AssignmentRule, Criterion, Rules } from './rules-schema.ts'
import type { Store } from './store.ts'

function compare(value: Value, criterion: Criterion): boolean {
  const { operator, value: wanted } = criterion
  const text = String(value ?? '').toLowerCase()
  const other = String(wanted ?? '').toLowerCase()
  switch (operator) {
    case 'equals':
      return text === other
    case 'notEqual':
      return text !== other
    case 'startsWith':
      return text.startsWith(other)
    case 'contains':
      return text.includes(other)
    case 'greaterOrEqual':
      return value !== null && Number(value) >= Number(wanted)
    case 'lessThan':
      return value !== null && Number(value) < Number(wanted)
  }
}

/** The id of a user or queue that a rule names by its id or, for a queue, by its name. */
function resolveOwner(store: Store, owner: string): string | undefined {
  const id = to18(owner)
  const type = id && typeOf(id)
  if (type === 'User' || type === 'Group') return id
  const row = store
    .sql(
      `select id from record where type = 'Group' and is_deleted = 0
       and ?1 in (json_extract(fields, '$.DeveloperName'), json_extract(fields, '$.Name'))`,
    )
    .get(owner)
  return row && String(row['id'])
}

/** Which rule a call runs: the one whose id the caller gives, else the active one. */
function ruleOf({ assignment }: Rules, ruleId: string | undefined): AssignmentRule | undefined {
  if (ruleId === undefined) return assignment.rules.find(({ active }) => active)
  return assignment.rules.find(({ id }) => id !== undefined && to18(id) === to18(ruleId))
}

/**
 * Who a lead belongs to by the assignment rules: the owner of the first entry that it meets, else the default
 * owner. Undefined where it stays with whom it is.
 */
export function ownerByRules(
  store: Store,
  rules: Rules,
  lead: Fields,
  ruleId?: string,
): string | undefined {
  const entry = ruleOf(rules, ruleId)?.entries.find(({ criteria }) =>
    criteria.every((criterion) => compare(lead[criterion.field] ?? null, criterion)),
  )
  if (entry?.keepOwner) return undefined
  const owner = entry ? entry.owner : rules.assignment.defaultOwner
  return owner ? resolveOwner(store, owner) : undefined
}
