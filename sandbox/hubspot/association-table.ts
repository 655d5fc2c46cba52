import { plainTypeId, primaryTypeId } from './association-types.ts'
import { findObject, saveObject } from './object-table.ts'
import type { RecordType } from './record.ts'
import type { Store } from './store.ts'

export interface Side {
  readonly type: RecordType
  readonly id: number
}

export interface Association {
  readonly toId: number
  readonly typeIds: readonly number[]
}

const INSERT = 'insert or ignore into association values (?, ?, ?, ?, ?)'

/** Associates two records both ways. False when the two types cannot be associated. */
export function associate(store: Store, from: Side, to: Side, primary = false): boolean {
  const there = plainTypeId(from.type, to.type)
  const back = plainTypeId(to.type, from.type)
  if (there === undefined || back === undefined) return false
  const added = store.sql(INSERT).run(from.type, from.id, to.type, to.id, there).changes > 0
  store.sql(INSERT).run(to.type, to.id, from.type, from.id, back)
  const promoted = primary && makePrimary(store, from, to)
  if (added || promoted)
    store.changes.tell({ what: 'associated', from: side(from), to: side(to), primary: promoted })
  return true
}

/** Only type and id: callers pass whole records. */
const side = ({ type, id }: Side): Side => ({ type, id })

/**
 * A record has one primary company: the new one takes the mark from the old one. False where nothing
 * changes.
 */
function makePrimary(store: Store, from: Side, to: Side): boolean {
  const there = primaryTypeId(from.type, to.type)
  const back = primaryTypeId(to.type, from.type)
  if (there === undefined || back === undefined) return false
  const [owner, company] = to.type === 'companies' ? [from, to] : [to, from]
  if (primaryCompany(store, owner) === company.id) return false
  const [out, home] = to.type === 'companies' ? [there, back] : [back, there]
  store
    .sql(
      `delete from association where from_type = 'companies' and to_type = ? and to_id = ?
       and type_id = ? and from_id in (select to_id from association where from_type = ?
         and from_id = ? and to_type = 'companies' and type_id = ?)`,
    )
    .run(owner.type, owner.id, home, owner.type, owner.id, out)
  store
    .sql(
      `delete from association where from_type = ? and from_id = ? and to_type = 'companies'
       and type_id = ?`,
    )
    .run(owner.type, owner.id, out)
  store.sql(INSERT).run(owner.type, owner.id, 'companies', company.id, out)
  store.sql(INSERT).run('companies', company.id, owner.type, owner.id, home)
  return true
}

/** Ends every association between two records, both ways. */
export function dissociate(store: Store, from: Side, to: Side): void {
  const primary = isPrimary(store, from, to) || isPrimary(store, to, from)
  const remove = store.sql(
    'delete from association where from_type = ? and from_id = ? and to_type = ? and to_id = ?',
  )
  const removed = remove.run(from.type, from.id, to.type, to.id).changes > 0
  remove.run(to.type, to.id, from.type, from.id)
  if (removed) store.changes.tell({ what: 'dissociated', from: side(from), to: side(to), primary })
}

/** Live records associated with one record, by id, at most `limit` after an id. */
export function associationsOf(
  store: Store,
  from: Side,
  toType: RecordType,
  page: { after: number; limit: number },
): Association[] {
  const rows = store
    .sql(
      `select a.to_id as id, group_concat(a.type_id) as type_ids
       from association a join object o on o.type = a.to_type and o.id = a.to_id
       where a.from_type = ? and a.from_id = ? and a.to_type = ? and a.to_id > ?
         and o.archived_at is null and o.merged_into is null
       group by a.to_id order by a.to_id limit ?`,
    )
    .all(from.type, from.id, toType, page.after, page.limit)
  return rows.map((row) => ({
    toId: Number(row['id']),
    typeIds: String(row['type_ids']).split(',').map(Number),
  }))
}

/** Moves every association of a merge's loser to the winner, whose own primary company stays. */
export function moveAssociations(store: Store, type: RecordType, loser: number, winner: number) {
  const rows = store
    .sql(
      `select to_type, to_id, group_concat(type_id) as type_ids from association
       where from_type = ? and from_id = ? group by to_type, to_id`,
    )
    .all(type, loser)
  const hadPrimary = primaryCompany(store, { type, id: winner }) !== undefined
  for (const row of rows) {
    const to = { type: typeOf(row['to_type']), id: Number(row['to_id']) }
    const primaryId = primaryTypeId(type, to.type)
    const isPrimary = String(row['type_ids']).split(',').includes(String(primaryId))
    dissociate(store, { type, id: loser }, to)
    associate(store, { type, id: winner }, to, isPrimary && !hadPrimary)
    if (to.type === 'contacts') followPrimaryCompany(store, to.id)
  }
}

// Safe: the column is written only from RecordType values.
const typeOf = (value: unknown): RecordType => value as RecordType

function primaryCompany(store: Store, from: Side): number | undefined {
  const typeId = primaryTypeId(from.type, 'companies')
  if (typeId === undefined) return undefined
  const row = store
    .sql(
      `select to_id from association where from_type = ? and from_id = ?
       and to_type = 'companies' and type_id = ?`,
    )
    .get(from.type, from.id, typeId)
  return row && Number(row['to_id'])
}

function isPrimary(store: Store, from: Side, to: Side): boolean {
  return to.type === 'companies' && primaryCompany(store, from) === to.id
}

/** Keeps `associatedcompanyid` true. It does not move the contact's last-modified time. */
export function followPrimaryCompany(store: Store, contactId: number): void {
  const contact = findObject(store, 'contacts', contactId)
  if (!contact) return
  const company = primaryCompany(store, { type: 'contacts', id: contactId })
  const { associatedcompanyid: before = '', ...properties } = contact.properties
  const associatedcompanyid = company === undefined ? '' : String(company)
  if (associatedcompanyid === before) return
  const following = associatedcompanyid === '' ? properties : { ...properties, associatedcompanyid }
  saveObject(store, { ...contact, properties: following })
  const values = { associatedcompanyid }
  store.changes.tell({ what: 'updated', type: 'contacts', id: contactId, values })
}
