import { type Fault, type Path, suggest } from './model-problem.ts'
import type { ModelDocument } from './model-schema.ts'

/** A group caps signals that exist, of one dimension; a signal counts in one group only. */
export function checkGroups({ groups, signals, dimensions }: ModelDocument): Fault[] {
  const faults: Fault[] = []
  const dimensionOf = new Map(signals.map(({ id, dimension }) => [id, dimension]))
  const taken = new Map<string, string>()
  for (const [index, group] of groups.entries()) {
    if (Object.hasOwn(dimensions, group.id) || group.id === 'total') {
      const message = `${group.id} is already the name of a sum`
      faults.push({ path: ['groups', index, 'id'], message, remedy: 'Choose another id.' })
    }
    const home = dimensionOf.get(group.signals[0] ?? '')
    for (const [position, id] of group.signals.entries()) {
      const path = ['groups', index, 'signals', position]
      faults.push(...memberFaults(id, path, { dimensionOf, home, group: taken.get(id) }))
      taken.set(id, group.id)
    }
  }
  return faults
}

interface Surroundings {
  readonly dimensionOf: ReadonlyMap<string, string>
  /** The dimension of the group's first signal. */
  readonly home: string | undefined
  /** The group that has the signal already. */
  readonly group: string | undefined
}

function memberFaults(id: string, path: Path, { dimensionOf, home, group }: Surroundings): Fault[] {
  if (!dimensionOf.has(id)) {
    const remedy = suggest(id, [...dimensionOf.keys()])
    return [{ path, message: `${id} is not a signal of this model`, remedy }]
  }
  if (group !== undefined) {
    const remedy = 'A signal belongs to one group at most.'
    return [{ path, message: `${id} is already in group ${group}`, remedy }]
  }
  if (dimensionOf.get(id) === home) return []
  const remedy = `Group signals of one dimension, here ${home}.`
  return [{ path, message: `${id} is of another dimension`, remedy }]
}
