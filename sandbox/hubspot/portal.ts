import { existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { loadPortal } from './load.ts'
import type { PortalRecord } from './record.ts'
import { openStore, readSetting, type Store, writeSetting } from './store.ts'

const PORTAL_ID = 'portal_id'

/** Ties a portal file to its id. @throws Error when the file belongs to another portal. */
export function claimPortal(store: Store, file: string, portalId: number): void {
  const known = readSetting(store, PORTAL_ID)
  if (known === undefined) writeSetting(store, PORTAL_ID, String(portalId))
  else if (known !== String(portalId)) {
    store.close()
    throw new Error(`${file} is portal ${known}, not ${portalId}. Give that id, or another file.`)
  }
}

/** Whether the file holds a whole portal. @throws Error when it is something else altogether. */
export function isPortalFile(file: string): boolean {
  if (!existsSync(file) || statSync(file).size === 0) return false
  const store = openStore(file)
  const known = readSetting(store, PORTAL_ID)
  store.close()
  return known !== undefined
}

function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
}

/**
 * Makes a portal file from records. It appears whole, by a rename, or not at all.
 *
 * @throws Error naming the record that cannot be loaded; the file is then as it was.
 */
export async function fillPortal(
  file: string,
  portalId: number,
  records: Iterable<PortalRecord> | AsyncIterable<PortalRecord>,
  onProgress: (loaded: number) => void,
): Promise<void> {
  const unfinished = `${file}.filling`
  removeDatabase(unfinished)
  const store = openStore(unfinished)
  try {
    await loadPortal(store, records, onProgress)
    claimPortal(store, unfinished, portalId)
  } catch (error) {
    store.close()
    removeDatabase(unfinished)
    throw error
  }
  store.close()
  removeDatabase(file)
  renameSync(unfinished, file)
}
