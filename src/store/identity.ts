import { sql } from 'kysely'
import { type Db, jsonRows } from './database.ts'
import { together } from './together.ts'

/** `email` and `name_domain` tell people apart; `domain` finds those whom the CRM links to no company. */
export interface PersonKey {
  readonly kind: 'email' | 'name_domain' | 'domain'
  readonly key: string
}

/**
 * More records than this with common keys are not one person but a placeholder that somebody typed into all of
 * them (none@acme.com); they are left apart.
 */
export const MOST_RECORDS = 25

/**
 * Until the transaction ends, nobody else changes by what an installation's people and companies are known. Two
 * batches that each bring one record of a person would otherwise not see each other's, and nobody would ever learn
 * that they are one; the same with somebody and the company of their domain.
 */
export async function lockIdentities(transaction: Db, installationId: string): Promise<void> {
  const key = `identities of ${installationId}`
  await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(transaction)
}

/** Replaces the keys of people; rows that stay as they are, are not touched. At most one key of each kind. */
export async function savePersonKeys(
  transaction: Db,
  installationId: string,
  people: readonly { readonly id: string; readonly keys: readonly PersonKey[] }[],
): Promise<void> {
  if (people.length === 0) return
  const { rows: stored } = await sql<StoredKey>`
    select person_id as id, kind, key from person_key
    where installation_id = ${installationId} and person_id = any(${people.map(({ id }) => id)})`.execute(
    transaction,
  )
  const given = people.flatMap(({ id, keys }) => keys.map((key): StoredKey => ({ id, ...key })))
  const before = new Map(stored.map((row) => [rowOf(row), row.key]))
  const changed = given.filter((row) => before.get(rowOf(row)) !== row.key)
  const kept = new Set(given.map(rowOf))
  const lost = stored.filter((row) => !kept.has(rowOf(row)))
  await deleteKeys(transaction, installationId, lost)
  await insertKeys(transaction, installationId, changed)
}

interface StoredKey extends PersonKey {
  readonly id: string
}

function rowOf({ id, kind }: StoredKey): string {
  return `${kind} ${id}`
}

async function deleteKeys(
  transaction: Db,
  installationId: string,
  keys: readonly StoredKey[],
): Promise<void> {
  if (keys.length === 0) return
  await sql`
    delete from person_key k using jsonb_to_recordset(${jsonRows(keys)}::jsonb) as r(id text, kind text)
    where k.installation_id = ${installationId} and k.person_id = any(${keys.map(({ id }) => id)})
      and k.person_id = r.id and k.kind = r.kind`.execute(transaction)
}

async function insertKeys(
  transaction: Db,
  installationId: string,
  keys: readonly StoredKey[],
): Promise<void> {
  if (keys.length === 0) return
  await sql`
    insert into person_key (installation_id, person_id, kind, key)
    select ${installationId}, id, kind, key
    from jsonb_to_recordset(${jsonRows(keys)}::jsonb) as r(id text, kind text, key text)
    order by id, kind
    on conflict (installation_id, person_id, kind) do update set key = excluded.key`.execute(
    transaction,
  )
}

/** Takes away the keys and accounts of people who are gone. */
export async function forgetPeople(
  transaction: Db,
  installationId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return
  await sql`
    with keys as (
      delete from person_key where installation_id = ${installationId} and person_id = any(${[...ids]}))
    delete from account_link where installation_id = ${installationId} and person_id = any(${[...ids]})`.execute(
    transaction,
  )
}

/**
 * For each of the ids all live records that are scored as the same person, itself included, in code-unit order.
 * Which keys count is the installation's setting; chains count (a and b share an address, b and c a name).
 */
export async function samePeople(
  db: Db,
  installationId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const pairs: Pair[] = []
  const seen = new Set(ids)
  let frontier = [...seen]
  // Each round adds a record to every group that still grows: after so many rounds such a group is too large anyway.
  for (let round = 0; round < MOST_RECORDS && frontier.length > 0; round += 1) {
    const found = await pairsWith(db, installationId, frontier)
    pairs.push(...found.map(({ id, other }): Pair => [id, other]))
    frontier = [...new Set(found.map(({ other }) => other))].filter((id) => !seen.has(id))
    for (const id of frontier) seen.add(id)
  }
  const groups = new Map<string, readonly string[]>()
  for (const group of together(pairs)) {
    if (group.length <= MOST_RECORDS) for (const id of group) groups.set(id, group)
  }
  return new Map(ids.map((id) => [id, groups.get(id) ?? [id]]))
}

type Pair = readonly [string, string]

/** Who shares a key that counts with any of the ids; of a key that very many share, only so many that it shows. */
async function pairsWith(
  db: Db,
  installationId: string,
  ids: readonly string[],
): Promise<readonly { id: string; other: string }[]> {
  const { rows } = await sql<{ id: string; other: string }>`
    select k.person_id as id, o.person_id as other
    from installation i
    join person_key k on k.installation_id = i.id and k.person_id = any(${[...ids]})
      and k.kind = any(case i.duplicates when 'email' then array['email']
        when 'email_and_name' then array['email', 'name_domain'] else array[]::text[] end)
    cross join lateral (
      select o.person_id from person_key o
      join person p on p.installation_id = o.installation_id and p.id = o.person_id
        and p.deleted_at is null and p.merged_into is null
      where o.installation_id = k.installation_id and o.kind = k.kind and o.key = k.key
        and o.person_id <> k.person_id
      limit ${MOST_RECORDS}) o
    where i.id = ${installationId} and i.duplicates <> 'report'`.execute(db)
  return rows
}
