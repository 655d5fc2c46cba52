import { S_OBJECT_TYPES, type SObjectType } from './record.ts'
import { readSetting, type Store, writeSetting } from './store.ts'

/** What the ids of a kind begin with. History objects share a prefix, and have a sub-range each. */
export const KEY_PREFIX = {
  Lead: '00Q',
  Contact: '003',
  Account: '001',
  Opportunity: '006',
  OpportunityContactRole: '00K',
  Task: '00T',
  Event: '00U',
  Campaign: '701',
  CampaignMember: '00v',
  User: '005',
  Group: '00G',
  Organization: '00D',
  PermissionSet: '0PS',
  PermissionSetAssignment: '0Pa',
  FieldPermissions: '01k',
  LeadStatus: '01J',
  LeadHistory: '017',
  ContactHistory: '017',
  AccountHistory: '017',
  CustomField: '00N',
  AssignmentRule: '01Q',
  Job: '750',
} as const satisfies Record<SObjectType, string> & Record<string, string>

export type IdKind = keyof typeof KEY_PREFIX

const SUB_RANGES: Partial<Record<IdKind, string>> = {
  LeadHistory: 'L',
  ContactHistory: 'C',
  AccountHistory: 'A',
}
/** In ASCII order, so that ids sort as their numbers do. */
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const SUFFIX_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'
const INSTANCE = 'Kj'
const NUMBER_LENGTH = 9

function suffixLetter(chunk: string): string {
  let bits = 0
  for (const [index, letter] of [...chunk].entries())
    if (letter >= 'A' && letter <= 'Z') bits |= 1 << index
  return SUFFIX_LETTERS.charAt(bits)
}

/** The three letters that make a 15-character id safe where case is lost. */
function suffixOf(id15: string): string {
  return [0, 5, 10].map((start) => suffixLetter(id15.slice(start, start + 5))).join('')
}

function encode(n: number): string {
  let text = ''
  for (let rest = n; rest > 0; rest = Math.floor(rest / DIGITS.length))
    text = DIGITS.charAt(rest % DIGITS.length) + text
  return text.padStart(NUMBER_LENGTH, '0')
}

function stem(kind: IdKind): string {
  return `${KEY_PREFIX[kind]}${SUB_RANGES[kind] ?? '0'}${INSTANCE}`
}

/** The 18-character id of the nth thing of a kind. */
export function idOf(kind: IdKind, n: number): string {
  const id15 = stem(kind) + encode(n)
  return id15 + suffixOf(id15)
}

/** The number within its kind that an id was made of; 0 for an id of another making. */
export function numberOf(kind: IdKind, id: string): number {
  if (!id.startsWith(stem(kind))) return 0
  let n = 0
  for (const digit of id.slice(15 - NUMBER_LENGTH, 15))
    n = n * DIGITS.length + DIGITS.indexOf(digit)
  return n
}

/** An id in its long form; undefined for what cannot be one. */
export function to18(id: string): string | undefined {
  if (!/^[0-9A-Za-z]{15}(?:[A-Z0-5]{3})?$/.test(id)) return undefined
  const whole = id.slice(0, 15) + suffixOf(id.slice(0, 15))
  return id.length === 15 || id === whole ? whole : undefined
}

/** The object whose records have such ids. */
export function typeOf(id: string): SObjectType | undefined {
  return S_OBJECT_TYPES.find(
    (type) =>
      id.startsWith(KEY_PREFIX[type]) &&
      (SUB_RANGES[type] === undefined || id.charAt(3) === SUB_RANGES[type]),
  )
}

function highestNumber(store: Store, kind: IdKind): number {
  const row = store.sql('select max(id) as id from record where type = ?').get(kind)
  const highest = row?.['id'] ? numberOf(kind, String(row['id'])) : 0
  return Math.max(highest, Number(readSetting(store, `id_counter:${kind}`) ?? 0))
}

/** An id that nothing of the kind has had. */
export function nextId(store: Store, kind: IdKind): string {
  const n = highestNumber(store, kind) + 1
  writeSetting(store, `id_counter:${kind}`, String(n))
  return idOf(kind, n)
}

/** Call it before a record is purged: otherwise the next one to be made would get its id. */
export function raiseIdFloor(store: Store, kind: IdKind): void {
  writeSetting(store, `id_counter:${kind}`, String(highestNumber(store, kind)))
}
