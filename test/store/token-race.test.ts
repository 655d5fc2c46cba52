import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createHubspotConnector } from '../../connectors/hubspot/index.ts'
import { startHubspotSandbox } from '../../sandbox/hubspot/server.ts'
import { CrmDisconnected, CrmUnavailable } from '../../src/errors.ts'
import { type Db, openDatabase } from '../../src/store/database.ts'
import { type Installation, saveInstallation } from '../../src/store/installations.ts'
import { createSecretBox } from '../../src/store/secret-box.ts'
import { readTokens, renewTokens, type StoredTokens } from '../../src/store/tokens.ts'
import { agreeTo } from '../connectors/helpers.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { TEST_SECRET } from '../helpers/secret.ts'

const MINUTE = 60_000
const START = Date.parse('2026-11-22T12:00:00Z')
const APP = { clientId: 'client-1', clientSecret: 'secret-1' }
const box = createSecretBox(TEST_SECRET)
const Counts = z.record(z.string(), z.number())
const Ledger = z.object({ byRoute: Counts, byStatus: Counts })

describe('processes that share the tokens of an installation', () => {
  const database = useDatabase()
  let now: number
  let folder: string
  let sandbox: Awaited<ReturnType<typeof startHubspotSandbox>>
  let installation: Installation
  const processes: RacingProcess[] = []
  beforeEach(async () => {
    now = START
    folder = await mkdtemp(path.join(os.tmpdir(), 'plumbline-tokens-'))
    const file = path.join(folder, 'portal.sqlite')
    sandbox = await startHubspotSandbox({
      ...APP,
      file,
      portalId: 4711,
      limits: 'off',
      rotateRefreshTokens: true,
      now: () => now,
    })
    installation = await connectAccount()
    await fetch(`${sandbox.url}/__ledger`, { method: 'DELETE' })
  })
  afterEach(async () => {
    for (const { child } of processes.splice(0)) child.kill()
    await sandbox.close()
    await rm(folder, { recursive: true })
  })

  const connectAccount = async () => {
    const redirectUrl = 'http://127.0.0.1:9/callback'
    const connector = createHubspotConnector({
      ...APP,
      apiUrl: sandbox.url,
      authorizeUrl: `${sandbox.url}/oauth/authorize`,
      redirectUrl,
      webhookUrl: redirectUrl,
      clock: { now: () => new Date(now) },
    })
    const consent = new URL(connector.authorizeUrl('s'))
    const code = await agreeTo(consent, '/oauth/authorize/approve')
    const grant = await connector.exchangeCode(code, 's')
    const account = { crm: 'hubspot', timeZone: 'UTC', uiDomain: 'app.example' }
    return saveInstallation(database.db, box, { ...grant, ...account }, new Date(now))
  }
  const ledger = async () => Ledger.parse(await (await fetch(`${sandbox.url}/__ledger`)).json())
  const startProcess = () => {
    const script = fileURLToPath(new URL('./token-race-child.ts', import.meta.url))
    const args = [script, database.url, sandbox.url, installation.id]
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    processes.push({ child, lines: createInterface({ input: child.stdout }) })
  }

  test('renew them exactly once per expiry, and before it: 2 processes, 30 callers, 10 rounds', async () => {
    startProcess()
    startProcess()
    const round = () => Promise.all(processes.map((each) => ask(each, now)))
    const all = [
      { got: 30, failures: [] },
      { got: 30, failures: [] },
    ]
    expect(await round()).toEqual(all)
    expect((await ledger()).byRoute['POST /oauth/token']).toBeUndefined()
    for (let n = 1; n <= 10; n += 1) {
      // By turns after four fifths of the tokens' life, and when it is over.
      now += (n % 2 === 0 ? 25 : 31) * MINUTE
      expect(await round()).toEqual(all)
      expect((await ledger()).byRoute['POST /oauth/token']).toBe(n)
    }
    expect((await ledger()).byStatus).toEqual({ 200: 11 * 60 + 10 })
  })
})

interface RacingProcess {
  readonly child: ChildProcessByStdio<Writable, Readable, null>
  readonly lines: Interface
}

async function ask({ child, lines }: RacingProcess, now: number): Promise<unknown> {
  const answer = once(lines, 'line')
  child.stdin.write(`${now}\n`)
  const [line] = await answer
  return JSON.parse(String(line))
}

describe('a renewal that hangs', () => {
  const database = useDatabase()
  let other: Db
  let installation: Installation
  let stale: StoredTokens
  beforeEach(async () => {
    other = openDatabase(database.url, () => {})
    installation = await makeInstallation(database.db)
    stale = await readTokens(database.db, box, installation.id)
  })
  afterEach(() => other.destroy())

  /** A token endpoint that answers when it is told to. */
  const endpoint = () => {
    const { promise, resolve, reject } = Promise.withResolvers<StoredTokens>()
    const begun = Promise.withResolvers<void>()
    const presented: string[] = []
    return {
      presented,
      begun: begun.promise,
      answer: (accessToken: string) => resolve({ ...stale, accessToken, refreshToken: 'next' }),
      fail: (error: Error) => reject(error),
      refresh: (refreshToken: string) => {
        presented.push(refreshToken)
        begun.resolve()
        return promise
      },
    }
  }
  const renew = (db: Db, refresh: (token: string) => Promise<StoredTokens>, limits = PATIENT) =>
    renewTokens(db, box, installation.id, stale, refresh, limits)
  const PATIENT = { wait: 60_000, stall: 60_000 }

  test('keeps others from presenting the token, until it has failed', async () => {
    const [slow, next] = [endpoint(), endpoint()]
    const first = renew(database.db, slow.refresh)
    await slow.begun
    const second = renew(other, next.refresh)
    slow.fail(new CrmUnavailable('hubspot', 'No answer within 10000 ms'))
    await expect(first).rejects.toThrow(CrmUnavailable)
    await next.begun
    expect(slow.presented).toEqual(['r'])
    next.answer('fresh')
    expect((await second).accessToken).toBe('fresh')
  })

  test('makes nobody wait longer than the limit, and nobody presents the token meanwhile', async () => {
    const [slow, next] = [endpoint(), endpoint()]
    const first = renew(database.db, slow.refresh)
    await slow.begun
    const waiting = renew(other, next.refresh, { wait: 100, stall: 60_000 })
    await expect(waiting).rejects.toThrow(/Another process has been renewing the tokens for 0.1 s/)
    await expect(waiting).rejects.toThrow(CrmUnavailable)
    expect(next.presented).toEqual([])
    slow.answer('fresh')
    expect((await first).accessToken).toBe('fresh')
  })

  test('cannot keep its tokens once it has stood still for so long that others went on', async () => {
    const [stalled, next] = [endpoint(), endpoint()]
    const first = renew(database.db, stalled.refresh, { wait: 60_000, stall: 100 })
    await stalled.begun
    const second = renew(other, next.refresh)
    await next.begun
    next.answer('of the second')
    await second
    stalled.answer('of the first')
    await expect(first).rejects.toThrow()
    const kept = await readTokens(database.db, box, installation.id)
    expect(kept.accessToken).toBe('of the second')
  })

  test('leaves the tokens as they were when the CRM ends the connection', async () => {
    const gone = endpoint()
    const first = renew(database.db, gone.refresh)
    await gone.begun
    gone.fail(new CrmDisconnected('hubspot', 'gone'))
    await expect(first).rejects.toThrow(CrmDisconnected)
    expect(await readTokens(database.db, box, installation.id)).toEqual(stale)
  })
})
