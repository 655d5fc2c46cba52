import type { ModelDocument } from '../../language/model-schema.ts'
import type { SheetProblem } from './columns.ts'
import { readNumber } from './read-number.ts'
import type { SheetRow } from './read-rows.ts'

type Group = ModelDocument['groups'][number]

interface FoundGroup {
  readonly id: string
  /** The first row that names it. */
  readonly row: number
  readonly signals: string[]
  max: unknown
}

/** A group as the rows say it, not yet checked against the language. */
interface RawGroup extends Readonly<Record<string, unknown>> {
  readonly id: string
  readonly signals: readonly string[]
  readonly max: unknown
}

export interface GroupsReading {
  readonly groups: readonly RawGroup[]
  readonly problems: readonly SheetProblem[]
}

/**
 * The groups that the rows name, in the order of the base where it knows them, so that moving rows about
 * changes nothing. A maximum may stand in one of the rows only; where it stands in several it must agree.
 */
export function readGroups(rows: readonly SheetRow[], base: readonly Group[]): GroupsReading {
  const found = new Map<string, FoundGroup>()
  const problems: SheetProblem[] = []
  for (const row of rows) {
    const { group, problem } = groupOf(row, found)
    if (problem !== undefined) problems.push(problem)
    if (group !== undefined) found.set(group.id, group)
  }
  const groups = inOrder([...found.values()], base).map((group) => {
    const known = base.find(({ id }) => id === group.id)
    const max = group.max ?? known?.max
    if (max === undefined) problems.push(withoutMax(group))
    return { id: group.id, signals: signalsInOrder(group.signals, known), max }
  })
  return { groups, problems }
}

interface RowsGroup {
  readonly group?: FoundGroup
  readonly problem?: SheetProblem
}

function groupOf(
  { number: row, cells }: SheetRow,
  found: ReadonlyMap<string, FoundGroup>,
): RowsGroup {
  const id = cells.get('group') ?? ''
  const cell = cells.get('group_max') ?? ''
  const column = 'group_max'
  if (id === '') {
    if (cell === '') return {}
    const message = 'there is a maximum and no group'
    return { problem: { row, column, message, remedy: 'Name the group, or leave both blank.' } }
  }
  const group = found.get(id) ?? { id, row, signals: [], max: undefined }
  group.signals.push(cells.get('id') ?? '')
  if (cell === '') return { group }
  const reading = readNumber(cell)
  if (!('value' in reading)) return { group, problem: { row, column, ...reading } }
  if (group.max !== undefined && group.max !== reading.value) {
    const message = `${id} has the maximum ${group.max} in an earlier row and ${cell} here`
    return { group, problem: { row, column, message, remedy: 'Let all rows of a group agree.' } }
  }
  group.max = reading.value
  return { group }
}

function withoutMax({ id, row }: FoundGroup): SheetProblem {
  const message = `the group ${id} has no maximum`
  const remedy = 'Write the most points that its signals count together.'
  return { row, column: 'group_max', message, remedy }
}

function inOrder(found: readonly FoundGroup[], base: readonly Group[]): FoundGroup[] {
  const place = (id: string) =>
    placeIn(
      base.map((group) => group.id),
      id,
    )
  return found.toSorted((a, b) => place(a.id) - place(b.id))
}

function signalsInOrder(signals: readonly string[], base: Group | undefined): string[] {
  return signals.toSorted(
    (a, b) => placeIn(base?.signals ?? [], a) - placeIn(base?.signals ?? [], b),
  )
}

/** Whoever is not in the list comes last; sorting keeps their order. */
function placeIn(list: readonly string[], name: string): number {
  const place = list.indexOf(name)
  return place < 0 ? list.length : place
}
