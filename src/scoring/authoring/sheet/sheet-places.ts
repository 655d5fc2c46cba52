import type { ModelProblem } from '../../language/model-problem.ts'
import { columnOf, type SheetProblem } from './columns.ts'
import type { GroupsReading } from './read-groups.ts'
import type { SheetRow } from './read-rows.ts'

const IN_SIGNAL = /^signals\[(\d+)\](?:\.([a-z_]+)(?:\.([a-z_]+))?)?/
const IN_GROUP = /^groups\[(\d+)\](?:\.(id|max)|\.signals\[(\d+)\])?/

type Groups = GroupsReading['groups']

/** Where in the sheet a problem of the model comes from that the sheet makes. */
export function placing(
  rows: readonly SheetRow[],
  groups: Groups,
): (problem: ModelProblem) => SheetProblem {
  return ({ path, message, remedy = 'Compare with the scoring model page.' }) => {
    const place = placeOfSignal(path, rows) ?? placeOfGroup(path, rows, groups)
    if (place !== undefined) return { ...place, message, remedy }
    return { message: path === '' ? message : `${path}: ${message}`, remedy }
  }
}

type Place = Pick<SheetProblem, 'row' | 'column'>

function placeOfSignal(path: string, rows: readonly SheetRow[]): Place | undefined {
  const [, index, key = '', inner] = IN_SIGNAL.exec(path) ?? []
  const row = index === undefined ? undefined : rows[Number(index)]?.number
  if (row === undefined) return undefined
  const column = inner === 'per' ? inner : columnOf(key)
  return { row, ...(column !== undefined && { column }) }
}

function placeOfGroup(path: string, rows: readonly SheetRow[], groups: Groups): Place | undefined {
  const [, index, key, member = '0'] = IN_GROUP.exec(path) ?? []
  const group = index === undefined ? undefined : groups[Number(index)]
  const id = group?.signals[Number(member)]
  const row = rows.find(({ cells }) => cells.get('id') === id)?.number
  if (row === undefined) return undefined
  return { row, column: key === 'max' ? 'group_max' : 'group' }
}
