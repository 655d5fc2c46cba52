import { sql } from 'kysely'
import type { Db } from './database.ts'

/** Somebody who may look at the web pages. */
export interface Admin {
  readonly id: string
  readonly name: string
  /** The stored hash, with its salt and costs. */
  readonly password: string
}

/** An admin as the operator sees them. */
export interface ListedAdmin {
  readonly name: string
  readonly since: Date
  readonly passwordSince: Date
}

/** Names that look alike are the same: `Ada`, `ada`, and `ada` in full-width letters. */
export function nameKey(name: string): string {
  // Postgres refuses NUL and lone surrogates in texts.
  return name.toWellFormed().replaceAll('\u0000', '').normalize('NFKC').trim().toLowerCase()
}

/** Null when there is nobody of that name. */
export async function findAdmin(db: Db, name: string): Promise<Admin | null> {
  const { rows } = await sql<Admin>`
    select id, name, password from admin where name_key = ${nameKey(name)}`.execute(db)
  return rows[0] ?? null
}

/** All admins, oldest first. */
export async function listAdmins(db: Db): Promise<readonly ListedAdmin[]> {
  const { rows } = await sql<ListedAdmin>`
    select name, created_at as since, password_changed_at as "passwordSince"
    from admin order by created_at, id`.execute(db)
  return rows
}

/** @returns null when the name is taken */
export async function addAdmin(
  db: Db,
  name: string,
  password: string,
  now: Date,
): Promise<Admin | null> {
  const { rows } = await sql<Admin>`
    insert into admin (name, name_key, password, created_at, password_changed_at)
    values (${name}, ${nameKey(name)}, ${password}, ${now}, ${now})
    on conflict (name_key) do nothing returning id, name, password`.execute(db)
  return rows[0] ?? null
}

/** Stores another password. False when it is no longer the one that `admin` was read with: somebody was faster. */
export async function changePassword(
  db: Db,
  admin: Admin,
  password: string,
  now: Date,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update admin set password = ${password}, password_changed_at = ${now}
    where id = ${admin.id} and password = ${admin.password}`.execute(db)
  return numAffectedRows === 1n
}

/** Stores the same password hashed anew, unless it was changed meanwhile. */
export async function rehashPassword(db: Db, admin: Admin, password: string): Promise<Admin> {
  const { rows } = await sql<Admin>`
    update admin set password = ${password} where id = ${admin.id} and password = ${admin.password}
    returning id, name, password`.execute(db)
  return rows[0] ?? admin
}

/** Removes an admin with their sessions. False when there is nobody of that name. */
export async function removeAdmin(db: Db, name: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    delete from admin where name_key = ${nameKey(name)}`.execute(db)
  return numAffectedRows === 1n
}
