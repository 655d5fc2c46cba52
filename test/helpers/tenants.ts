import { afterAll } from 'vitest'
import type { Db } from '../../src/store/database.ts'
import { openTenantAccess, type TenantAccess } from '../../src/store/tenant-access.ts'
import { TEST_SECRET } from './secret.ts'

const open: TenantAccess[] = []

/** The tenants' way into a test's database; it is closed after the file's tests. */
export async function tenantAccess(
  { db, url }: { readonly db: Db; readonly url: string },
  changes: { secret?: string; tenantUrl?: string; connections?: number } = {},
): Promise<TenantAccess> {
  const access = await openTenantAccess({
    db,
    databaseUrl: url,
    secret: TEST_SECRET,
    connections: 2,
    onError: () => {},
    ...changes,
  })
  open.push(access)
  return access
}

/** Call it once in a file that opens some. */
export function closeTenantAccess(): void {
  afterAll(async () => {
    const left = open.splice(0).filter(({ pool }) => !pool.ended)
    await Promise.all(left.map((access) => access.close()))
  })
}
