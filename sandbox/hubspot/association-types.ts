import type { RecordType } from './record.ts'

/** Unlabelled association type ids: from, to, id there, id back. */
const PAIRS: readonly (readonly [RecordType, RecordType, number, number])[] = [
  ['contacts', 'companies', 279, 280],
  ['contacts', 'deals', 4, 3],
  ['companies', 'deals', 342, 341],
  ['contacts', 'calls', 193, 194],
  ['contacts', 'emails', 197, 198],
  ['contacts', 'meetings', 199, 200],
  ['contacts', 'notes', 201, 202],
  ['contacts', 'tasks', 203, 204],
  ['contacts', 'communications', 82, 81],
  ['companies', 'calls', 181, 182],
  ['companies', 'emails', 185, 186],
  ['companies', 'meetings', 187, 188],
  ['companies', 'notes', 189, 190],
  ['companies', 'tasks', 191, 192],
  ['companies', 'communications', 88, 87],
  ['deals', 'calls', 205, 206],
  ['deals', 'emails', 209, 210],
  ['deals', 'meetings', 211, 212],
  ['deals', 'notes', 213, 214],
  ['deals', 'tasks', 215, 216],
  ['deals', 'communications', 86, 85],
]

const PRIMARY: readonly (readonly [RecordType, RecordType, number, number])[] = [
  ['contacts', 'companies', 1, 2],
  ['deals', 'companies', 5, 6],
]

function lookUp(table: typeof PAIRS, from: RecordType, to: RecordType): number | undefined {
  for (const [left, right, there, back] of table) {
    if (left === from && right === to) return there
    if (right === from && left === to) return back
  }
  return undefined
}

/** The id of the plain association from one type to another; undefined when the two cannot be associated. */
export function plainTypeId(from: RecordType, to: RecordType): number | undefined {
  return lookUp(PAIRS, from, to)
}

/** The id of the primary association, which only a contact or deal and its main company have. */
export function primaryTypeId(from: RecordType, to: RecordType): number | undefined {
  return lookUp(PRIMARY, from, to)
}

/** What an association type id leads to from a type; undefined for an id the portal does not know. */
export function targetOfTypeId(
  from: RecordType,
  typeId: number,
): { type: RecordType; primary: boolean } | undefined {
  for (const table of [PAIRS, PRIMARY]) {
    for (const [left, right, there, back] of table) {
      if (left === from && there === typeId) return { type: right, primary: table === PRIMARY }
      if (right === from && back === typeId) return { type: left, primary: table === PRIMARY }
    }
  }
  return undefined
}
