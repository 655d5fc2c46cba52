import { setImmediate } from 'node:timers/promises'
import type { PortalRecord } from '../hubspot/record.ts'
import { addCustomerField, addCustomerFields } from './market-fields.ts'
import { saveKey } from './market-keys.ts'
import { createSurvey, linked, type Survey } from './market-survey.ts'
import { findField } from './objects.ts'
import type { FieldDefinition } from './objects-field.ts'
import type { Fields, SObjectType, Value } from './record.ts'
import { findRecord, insertRecord } from './record-table.ts'
import type { Store } from './store.ts'
import { createTranslator } from './translate.ts'
import type { OrgRow } from './translate-people.ts'

/** How many records are handled before the process looks at its signals and timers again. */
const BREATH = 500

type Market = Iterable<PortalRecord> | AsyncIterable<PortalRecord>

/** At most so many characters, as an import cuts a text; never half of one outside the basic plane. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')
}

function storable(definition: FieldDefinition | undefined, value: Value): Value {
  if (typeof value !== 'string' || !definition || definition.length === 0) return value
  return cut(value, definition.length)
}

function storableFields(store: Store, { type, fields, createdAt }: OrgRow): Fields {
  const stored: Record<string, Value> = {}
  for (const [name, value] of Object.entries(fields)) {
    if (name.endsWith('__c')) addCustomerField(store, type, name, 'string', createdAt)
    stored[name] = storable(findField(store, type, name), value)
  }
  return stored
}

function loadRow(store: Store, row: OrgRow): void {
  const { key, ...record } = row
  insertRecord(store, { ...record, fields: storableFields(store, row) })
  if (key !== undefined) saveKey(store, { id: row.id, key })
}

const TYPES: Partial<Record<PortalRecord['type'], SObjectType>> = {
  companies: 'Account',
  deals: 'Opportunity',
}

/** @throws Error for what no market holds: ids that are no numbers or come twice, strangers. */
function refuseNonsense(
  store: Store,
  record: PortalRecord,
  survey: Survey,
  rows: readonly OrgRow[],
) {
  const name = `${record.type} ${record.id}`
  if (!/^[1-9]\d{0,15}$/.test(record.id))
    throw new Error(`${name}: the id is not a whole number above zero.`)
  const type = record.type === 'contacts' ? survey.personType(record.id) : TYPES[record.type]
  const [first] = rows
  if (type && first && findRecord(store, type, first.id))
    throw new Error(`${name}: there are two records with this id.`)
  for (const company of linked(record, 'companies'))
    if (!survey.companies.has(company))
      throw new Error(
        `${name} is associated with companies ${company}, which is not among the records.`,
      )
  for (const person of linked(record, 'contacts'))
    if (survey.personType(person) === undefined)
      throw new Error(
        `${name} is associated with contacts ${person}, which is not among the records.`,
      )
}

/** Puts the records aside in the file: whether somebody is a Lead hangs on deals that come later. */
async function stage(
  store: Store,
  market: Market,
  survey: ReturnType<typeof createSurvey>,
  onProgress: (loaded: number) => void,
): Promise<void> {
  store.db.exec('create temp table staged (n integer primary key, body text not null)')
  const insert = store.sql('insert into staged (body) values (?)')
  let staged = 0
  for await (const record of market) {
    survey.note(record)
    insert.run(JSON.stringify(record))
    staged += 1
    if (staged % BREATH !== 0) continue
    onProgress(0)
    await setImmediate()
  }
}

function* stagedRecords(store: Store): Generator<PortalRecord> {
  const page = store.sql('select n, body from staged where n > ? order by n limit 200')
  for (let rows = page.all(0); rows.length > 0; ) {
    for (const row of rows) yield JSON.parse(String(row['body']))
    rows = page.all(Number(rows.at(-1)?.['n']))
  }
}

/** Reads everything once before the first record is made. */
async function loadAll(store: Store, market: Market, onProgress: (loaded: number) => void) {
  const survey = createSurvey()
  await stage(store, market, survey, onProgress)
  const translate = createTranslator(survey)
  let loaded = 0
  for (const record of stagedRecords(store)) {
    if (loaded === 0) addCustomerFields(store, record.createdAt)
    const rows = [...translate(record)]
    refuseNonsense(store, record, survey, rows)
    for (const row of rows) loadRow(store, row)
    loaded += 1
    if (loaded % BREATH !== 0) continue
    onProgress(loaded)
    await setImmediate()
  }
  store.db.exec('drop table staged')
  onProgress(loaded)
}

/**
 * Fills an org with a market's records in one transaction; a failure leaves the store as it was. Texts are
 * cut at their field's length. What no field stands for becomes a text field of the customer's own. Not
 * while a server answers from the same store.
 *
 * @param onProgress receives the number of records loaded so far, 0 while they are being read.
 * @throws Error naming the record that cannot be loaded.
 */
export async function loadMarket(
  store: Store,
  market: Market,
  onProgress: (loaded: number) => void = () => undefined,
): Promise<void> {
  store.db.exec('begin immediate')
  try {
    await loadAll(store, market, onProgress)
    store.db.exec('commit')
  } catch (error) {
    store.parsed.clear()
    if (store.db.isTransaction) store.db.exec('rollback')
    throw error
  }
}
