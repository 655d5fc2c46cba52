import { DatabaseError, type Pool, type PoolClient } from 'pg'
import { messageOf, UserError } from '../errors.ts'
import { type Db, openPool, POOL_LIMITS } from './database.ts'
import { grantTenantTables, putTenantRole, tenantPassword, tenantRoleName } from './tenant-role.ts'
import { type DbOf, type TenantPool, tenantDatabase } from './tenants.ts'

/** The way to the database that row-level security guards. */
export interface TenantAccess {
  readonly dbOf: DbOf
  /** What all installations' databases take their connections from. */
  readonly pool: Pool
  close(): Promise<void>
}

interface AccessParts {
  /** The owner's. */
  readonly db: Db
  readonly databaseUrl: string
  /** A role that is looked after by somebody else; absent: one of our own. */
  readonly tenantUrl?: string | undefined
  /** What the password of our own role is derived from. */
  readonly secret: string
  readonly connections: number
  onError(error: Error): void
}

const WRONG_PASSWORD = '28P01'
const NOT_ALLOWED = '42501'

/**
 * Makes sure that there is a role for tenants, that it sees no row without naming an installation, and that it may
 * use the tables it needs.
 * @throws UserError when the role cannot be made or used, or would see everything
 */
export async function openTenantAccess(parts: AccessParts): Promise<TenantAccess> {
  const { url, renew } =
    parts.tenantUrl === undefined ? await ownRole(parts) : given(parts.tenantUrl)
  const { connections } = parts
  const pool = openPool(url, parts.onError, { ...POOL_LIMITS, connections, pipeline: true })
  const lent = renew ? renewing(pool, renew) : pool
  try {
    await grantTenantTables(parts.db, await harmlessRole(lent))
  } catch (error) {
    await pool.end()
    throw error
  }
  return { dbOf: (id) => tenantDatabase(lent, id), pool, close: () => pool.end() }
}

interface Login {
  readonly url: string
  /** Gives the role the password that is in the URL; null where that is not ours to do. */
  readonly renew: (() => Promise<void>) | null
}

function given(url: string): Login {
  return { url, renew: null }
}

async function ownRole({ db, databaseUrl, secret }: AccessParts): Promise<Login> {
  const role = await tenantRoleName(db)
  const password = tenantPassword(secret, role)
  const renew = async () => {
    try {
      await putTenantRole(db, role, password)
    } catch (error) {
      throw isRefused(error, NOT_ALLOWED) ? mayNotMakeRoles(error) : error
    }
  }
  return { url: urlFor(databaseUrl, role, password), renew }
}

/** The same database as another user. */
function urlFor(databaseUrl: string, role: string, password: string): string {
  if (!URL.canParse(databaseUrl)) return databaseUrl
  const url = new URL(databaseUrl)
  url.username = encodeURIComponent(role)
  url.password = password
  // They would win over the two above.
  url.searchParams.delete('user')
  url.searchParams.delete('password')
  return url.href
}

const MOST_RENEWALS = 3

/**
 * Where the role is missing or has another password, it gets ours. Processes that start with different secrets while
 * one is being replaced take it from each other, which concerns new connections only and is mended by the next one.
 */
function renewing(pool: Pool, renew: () => Promise<void>): TenantPool {
  let underWay: Promise<void> | undefined
  const renewOnce = () => {
    underWay ??= renew().finally(() => {
      underWay = undefined
    })
    return underWay
  }
  const connect = async (renewals = 0): Promise<PoolClient> => {
    try {
      return await pool.connect()
    } catch (error) {
      if (!isRefused(error, WRONG_PASSWORD) || renewals === MOST_RENEWALS) throw error
    }
    await renewOnce()
    return connect(renewals + 1)
  }
  return { options: pool.options, connect: () => connect() }
}

/**
 * @returns whom the pool's connections belong to
 * @throws UserError when policies do not hold for it
 */
async function harmlessRole(pool: TenantPool): Promise<string> {
  const client = await pool.connect().catch((cause: unknown) => {
    throw cause instanceof UserError ? cause : cannotSignIn(cause)
  })
  try {
    const { rows } = await client.query<{ role: string; seesAll: boolean }>(`
      select r.rolname as role, r.rolsuper or r.rolbypassrls or exists (select from pg_class c
        where c.relrowsecurity and pg_has_role(r.oid, c.relowner, 'member')) as "seesAll"
      from pg_roles r where r.rolname = current_user`)
    const [found] = rows
    if (found && !found.seesAll) return found.role
    throw seesAll(found?.role ?? 'the user')
  } finally {
    client.release()
  }
}

function isRefused(error: unknown, code: string): boolean {
  return error instanceof DatabaseError && error.code === code
}

const BY_HAND =
  "have an administrator of the server run\n  create role plumbline_tenant login noinherit password '…';\n" +
  'with a password of your choice, and set DATABASE_TENANT_URL to DATABASE_URL with that user and password.'

function mayNotMakeRoles(cause: unknown): UserError {
  return new UserError(
    `The user of DATABASE_URL may not create the role that keeps tenants apart. Either give it CREATEROLE, or ${BY_HAND}`,
    { cause },
  )
}

function cannotSignIn(cause: unknown): UserError {
  return new UserError(
    `The role that keeps tenants apart cannot sign in to the database (${messageOf(cause)}). Correct DATABASE_TENANT_URL; where it is not set, ${BY_HAND}`,
    { cause },
  )
}

function seesAll(role: string): UserError {
  return new UserError(
    `${role} would see the rows of all tenants: it is a superuser, may bypass row-level security, or is or belongs to the owner of the tables. To get one that does not, ${BY_HAND}`,
  )
}
