import { setImmediate } from 'node:timers/promises'
import { associate } from './association-table.ts'
import { findObject, insertObject, parseId, type Values } from './object-table.ts'
import { columnOf } from './object-types.ts'
import { standardGroup } from './property-catalog.ts'
import { findProperty, saveProperty } from './property-table.ts'
import { DEFINITION_DEFAULTS } from './property-types.ts'
import type { PortalRecord, RecordType } from './record.ts'
import { rollBack, type Store } from './store.ts'
import { checkValue } from './validate.ts'

/** How many records are loaded before the process looks at its signals and timers again. */
const BREATH = 500

/** A column that no standard property has becomes a text property of the portal's own. */
function addCustomProperty(store: Store, type: RecordType, name: string, at: number): void {
  saveProperty(store, type, {
    ...DEFINITION_DEFAULTS,
    name,
    label: name,
    type: 'string',
    fieldType: 'text',
    groupName: standardGroup(type).name,
    createdAt: at,
    updatedAt: at,
  })
}

function storable(store: Store, record: PortalRecord): Values {
  const values: Values = {}
  for (const [name, text] of Object.entries(record.properties)) {
    if (text === '' || name === 'hs_lastmodifieddate' || columnOf(record.type, name)) continue
    const definition = findProperty(store, record.type, name)
    if (!definition) addCustomProperty(store, record.type, name, record.createdAt)
    const verdict = definition && checkValue(definition, text)
    values[name] = verdict && 'value' in verdict ? verdict.value : text
  }
  return values
}

function idOf(record: PortalRecord, text: string, role: string): number {
  const id = parseId(text)
  if (id !== undefined) return id
  throw new Error(
    `${record.type} ${record.id}: the ${role} "${text}" is not a whole number above zero.`,
  )
}

function loadRecord(store: Store, record: PortalRecord): void {
  const id = idOf(record, record.id, 'id')
  if (findObject(store, record.type, id))
    throw new Error(`${record.type} ${record.id}: there are two records with this id.`)
  insertObject(store, {
    type: record.type,
    id,
    properties: storable(store, record),
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
    archivedAt: record.archivedAt ?? null,
    mergedInto: record.mergedInto === undefined ? null : idOf(record, record.mergedInto, 'winner'),
  })
  for (const other of record.associations ?? []) {
    const to = { type: other.type, id: idOf(record, other.id, 'associated id') }
    if (!associate(store, { type: record.type, id }, to, other.primary))
      throw new Error(`${record.type} ${record.id}: cannot be associated with ${other.type}.`)
  }
}

function refuseLooseEnds(store: Store): void {
  const loose = store
    .sql(
      `select from_type, from_id, to_type, to_id from association a where not exists
       (select 1 from object o where o.type = a.from_type and o.id = a.from_id) limit 1`,
    )
    .get()
  if (loose)
    throw new Error(
      `${String(loose['to_type'])} ${String(loose['to_id'])} is associated with ` +
        `${String(loose['from_type'])} ${String(loose['from_id'])}, which is not among the records.`,
    )
}

/**
 * Loads records in one transaction; a failure leaves the store as it was. Values are stored in the
 * portal's own form where their property can hold them, and as they came where it cannot (a portal's
 * history holds such values too). Not while a server answers from the same store.
 *
 * @param onProgress receives the number of records loaded so far.
 * @throws Error naming the record that cannot be loaded.
 */
export async function loadPortal(
  store: Store,
  records: Iterable<PortalRecord> | AsyncIterable<PortalRecord>,
  onProgress: (loaded: number) => void = () => undefined,
): Promise<void> {
  let loaded = 0
  store.db.exec('begin immediate')
  try {
    for await (const record of records) {
      loadRecord(store, record)
      loaded += 1
      if (loaded % BREATH !== 0) continue
      onProgress(loaded)
      await setImmediate()
    }
    refuseLooseEnds(store)
    store.db.exec('commit')
  } catch (error) {
    rollBack(store)
    throw error
  }
  onProgress(loaded)
}
