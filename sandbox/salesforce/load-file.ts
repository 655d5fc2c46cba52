import { renameSync, rmSync } from 'node:fs'
import type { PortalRecord } from '../hubspot/record.ts'
import { loadMarket } from './load.ts'
import { claimOrg, orgIdOf } from './org.ts'
import { openStore } from './store.ts'

function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
}

/**
 * Makes an org file from a market's records. It appears whole, by a rename, or not at all.
 *
 * @param orgId 15 or 18 characters
 * @param now when the org came to be, in ms
 * @throws Error naming the record that cannot be loaded; the file is then as it was.
 */
export async function fillOrg(
  file: string,
  org: { readonly orgId: string; readonly now: number },
  records: Iterable<PortalRecord> | AsyncIterable<PortalRecord>,
  onProgress: (loaded: number) => void,
): Promise<void> {
  const orgId = orgIdOf(org.orgId)
  const unfinished = `${file}.filling`
  removeDatabase(unfinished)
  const store = openStore(unfinished)
  try {
    await loadMarket(store, records, onProgress)
    claimOrg(store, unfinished, orgId, org.now)
  } catch (error) {
    store.close()
    removeDatabase(unfinished)
    throw error
  }
  store.close()
  removeDatabase(file)
  renameSync(unfinished, file)
}
