import { createHash, createHmac, hkdfSync, pbkdf2Sync, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { type Db, inTransaction } from './database.ts'

/** What a role may do with a table. */
type Privilege = 'select' | 'insert' | 'update' | 'delete'

const EVERYTHING = ['select', 'insert', 'update', 'delete'] as const
/** Tables of which the stages and the card need less than everything, or that hold no tenant's rows. */
const PRIVILEGES: Readonly<Record<string, readonly Privilege[]>> = {
  // Whose session a token is has to be found before an installation is known.
  account_session: [],
  installation: ['select', 'update'],
  journal_subscription: [],
  model_publication: [],
  model_version: ['select'],
  // Counts per day and CRM, of nobody in particular; `listen` adds to them.
  inbox_refused: ['select', 'insert', 'update'],
}

/** One process at a time changes roles and grants in a database: two at once fail with "tuple concurrently updated". */
const LOCK = 7_305_019

function alone<T>(db: Db, work: (transaction: Db) => Promise<T>): Promise<T> {
  return inTransaction(db, async (transaction) => {
    await sql`select pg_advisory_xact_lock(${LOCK})`.execute(transaction)
    return work(transaction)
  })
}

/** The role of this database's tenants. Roles belong to the whole server, so its name says which database's it is. */
export async function tenantRoleName(db: Db): Promise<string> {
  // `name` cuts what is too long where Postgres itself would.
  const { rows } = await sql<{ name: string }>`
    select ('plumbline_tenant_' || current_database())::name as name`.execute(db)
  return rows[0]?.name ?? 'plumbline_tenant'
}

/** The role's password: whoever has the secret can work it out, and nobody needs to keep it. */
export function tenantPassword(secret: string, role: string): string {
  return Buffer.from(
    hkdfSync('sha256', secret, '', `plumbline tenant role v1 ${role}`, 32),
  ).toString('base64url')
}

/**
 * Makes the role, or gives the one that is there this password. The password itself never leaves the process:
 * Postgres gets what it would keep of it.
 * @throws DatabaseError 42501 when the user of `db` may not
 */
export function putTenantRole(db: Db, role: string, password: string): Promise<void> {
  return alone(db, async (transaction) => {
    const { rows } = await sql`select from pg_roles where rolname = ${role}`.execute(transaction)
    const verb = rows.length === 0 ? sql`create role` : sql`alter role`
    const rights = rows.length === 0 ? sql`noinherit nocreatedb nocreaterole` : sql``
    await sql`${verb} ${sql.id(role)} login ${rights} password ${sql.lit(verifierOf(password))}`.execute(
      transaction,
    )
  })
}

/** RFC 5803, as Postgres stores it. A password of 256 random bits needs no more rounds than Postgres' own default. */
function verifierOf(password: string): string {
  const rounds = 4096
  const salt = randomBytes(16)
  const salted = pbkdf2Sync(password, salt, rounds, 32, 'sha256')
  const keyOf = (use: string) => createHmac('sha256', salted).update(use).digest()
  const stored = createHash('sha256').update(keyOf('Client Key')).digest('base64')
  return `SCRAM-SHA-256$${rounds}:${salt.toString('base64')}$${stored}:${keyOf('Server Key').toString('base64')}`
}

interface OwnTable {
  readonly name: string
  readonly isTenants: boolean
  readonly granted: readonly Privilege[]
}

/**
 * Lets the role into the tables that hold rows of one installation each, and into no other one. Whoever grants to a
 * role by hand finds it taken back at the next start.
 */
export function grantTenantTables(db: Db, role: string): Promise<void> {
  return alone(db, async (transaction) => {
    const schema = await openSchema(transaction, role)
    for (const { name, isTenants, granted } of await tablesOf(transaction, role)) {
      const wanted = PRIVILEGES[name] ?? (isTenants ? EVERYTHING : [])
      if (sameSet(wanted, granted)) continue
      const table = sql.id(schema, name)
      await sql`revoke all on ${table} from ${sql.id(role)}`.execute(transaction)
      if (wanted.length === 0) continue
      await sql`grant ${sql.raw(wanted.join(', '))} on ${table} to ${sql.id(role)}`.execute(
        transaction,
      )
    }
  })
}

/** @returns the schema that our tables are in */
async function openSchema(db: Db, role: string): Promise<string> {
  const { rows } = await sql<{ schema: string; isOpen: boolean }>`
    select current_schema() as schema,
      has_schema_privilege(${role}, current_schema(), 'usage') as "isOpen"`.execute(db)
  const { schema, isOpen } = rows[0] ?? { schema: 'public', isOpen: true }
  if (!isOpen) await sql`grant usage on schema ${sql.id(schema)} to ${sql.id(role)}`.execute(db)
  return schema
}

async function tablesOf(db: Db, role: string): Promise<readonly OwnTable[]> {
  const { rows } = await sql<OwnTable>`
    select c.relname as name, c.relrowsecurity as "isTenants",
      array(select p from unnest(${[...EVERYTHING]}::text[]) as p
        where has_table_privilege(${role}, c.oid, p)) as granted
    from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
    order by c.relname`.execute(db)
  return rows
}

function sameSet(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((each) => others.includes(each))
}
