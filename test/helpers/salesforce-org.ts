import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import type { Config } from '../../config/env.ts'
import { requestSync } from '../../jobs/schedule.ts'
import { claimOrg, orgIdOf } from '../../sandbox/salesforce/org.ts'
import { startSalesforceSandbox } from '../../sandbox/salesforce/server.ts'
import { openStore, type Store } from '../../sandbox/salesforce/store.ts'
import { SANDBOX_APP } from '../../src/cli/demo/sandbox-process.ts'
import type { Plumbline } from '../../src/main.ts'
import type { Installation } from '../../src/store/installations.ts'
import { untilQuiet } from './portal.ts'

const ORG_ID = orgIdOf('00D000000000042')
const YEAR_MS = 365 * 86_400_000
const StoredRecord = z.object({
  id: z.string(),
  fields: z.record(z.string(), z.unknown()),
  isDeleted: z.boolean(),
})
type OrgRecord = z.infer<typeof StoredRecord>

/** A look-alike org in this process. */
export interface TestOrg {
  /** Our app as it is known there. */
  readonly app: NonNullable<Config['salesforce']>
  /** Reads or pulls one of the sandbox's levers. */
  lever(name: string, body?: object): Promise<unknown>
  /** Acts as somebody working in the org. @returns the record's id */
  mutate(change: object): Promise<string>
  /** Everything that is stored of a type. */
  records(type: string): Promise<readonly OrgRecord[]>
  close(): Promise<void>
}

/** @param fill puts in what the org holds, at a moment (ms) that is now */
export async function openTestOrg(fill: (store: Store, now: number) => void): Promise<TestOrg> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'plumbline-org-'))
  const file = path.join(folder, 'org.sqlite')
  const now = Date.now()
  const store = openStore(file)
  claimOrg(store, file, ORG_ID, now - YEAR_MS)
  store.db.exec('begin')
  fill(store, now)
  store.db.exec('commit')
  store.close()
  const org = await startSalesforceSandbox({ ...SANDBOX_APP, file, orgId: ORG_ID })
  const lever = async (name: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`${org.url}/${name}`, {
      method: body ? 'POST' : 'GET',
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${name}: ${answer.status} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
  return {
    app: { ...SANDBOX_APP, loginUrl: org.url, pubSubEndpoint: '127.0.0.1:9' },
    lever,
    mutate: async (change) =>
      z.object({ id: z.string() }).parse(await lever('__mutate', change)).id,
    records: async (type) => z.array(StoredRecord).parse(await lever(`__records?type=${type}`)),
    async close() {
      await org.close()
      await rm(folder, { recursive: true })
    },
  }
}

/** Reads what has changed, and waits until all of it is worked on. */
export async function readChanges({ db, deps }: Plumbline, { id }: Installation): Promise<void> {
  const since = new Date()
  await requestSync(db, id, 'delta', since)
  await deps.wake('sync', id)
  await untilQuiet({ db }, id, since)
}
