import type { ConditionDocument } from '../language/predicate-document.ts'
import type { Facts } from '../result.ts'
import { TRUE } from './comparison.ts'
import { FactTable } from './fact-row.ts'
import { compileCondition } from './predicate.ts'

/** A condition over facts by itself: whether it is known to hold. */
export function compileFactTest(
  condition: ConditionDocument,
): (facts: Pick<Facts, 'person' | 'company'>) => boolean {
  const table = new FactTable()
  const holds = compileCondition(condition, (path) => table.field(path))
  return (facts) => holds(table.read(facts)) === TRUE
}
