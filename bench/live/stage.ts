/** A sandbox portal, a Postgres and a whole Plumbline, each in a process of its own, with webhooks between them. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { giveConsent } from '../../src/cli/demo/consent.ts'
import { freePort } from '../../src/cli/demo/free-port.ts'
import { SANDBOX_APP, startSandbox } from '../../src/cli/demo/sandbox-process.ts'
import { type Db, openDatabase } from '../../src/store/database.ts'
import { type Installation, listInstallations } from '../../src/store/installations.ts'
import { untilQuiet } from '../../test/helpers/portal.ts'
import { startTestPostgres } from '../../test/helpers/postgres-server.ts'
import { controlOf } from '../../test/helpers/sandbox-control.ts'
import { TEST_SECRET } from '../../test/helpers/secret.ts'

export interface Live {
  readonly sandboxUrl: string
  readonly plumblineUrl: string
  readonly db: Db
  readonly installation: Installation
  /** Pulls one of the sandbox's levers. */
  control(method: string, lever: string, body?: unknown): Promise<Response>
  /** Waits until nothing is due. */
  quiet(since: Date): Promise<void>
  close(): Promise<void>
}

/** Installed, and everybody scored and written once. */
export async function startLive(people: number, modelFile?: string): Promise<Live> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'plumbline-live-'))
  const choice = { people, seed: 1, csv: [] }
  const sandbox = await startSandbox(directory, choice, { onProgress() {}, onNote() {} })
  const postgres = await startTestPostgres()
  const port = await freePort(0)
  const plumblineUrl = `http://127.0.0.1:${port}`
  const plumbline = startPlumblineProcess(postgres.url, sandbox.url, plumblineUrl, port, modelFile)
  await untilReady(plumblineUrl)
  const control = controlOf(sandbox.url)
  await control('POST', '__webhooks', {
    targetUrl: `${plumblineUrl}/webhooks/hubspot`,
    subscriptions: 'app',
  })
  const db = openDatabase(postgres.url, () => {})
  const since = new Date()
  await giveConsent(plumblineUrl)
  const [installation] = await listInstallations(db)
  if (!installation) throw new Error('nothing was installed')
  const quiet = (from: Date) => untilQuiet({ db }, installation.id, from, 600_000)
  await quiet(since)
  return {
    sandboxUrl: sandbox.url,
    plumblineUrl,
    db,
    installation,
    control,
    quiet,
    async close() {
      await db.destroy()
      plumbline.kill('SIGTERM')
      await once(plumbline, 'exit')
      await sandbox.stop()
      await postgres.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

function startPlumblineProcess(
  databaseUrl: string,
  sandboxUrl: string,
  publicUrl: string,
  port: number,
  modelFile: string | undefined,
) {
  const main = path.resolve(import.meta.dirname, '../../src/main.ts')
  const environment = {
    DATABASE_URL: databaseUrl,
    PLUMBLINE_SECRET: TEST_SECRET,
    PLUMBLINE_URL: publicUrl,
    PORT: String(port),
    LOG_LEVEL: 'error',
    ...(modelFile !== undefined && { PLUMBLINE_MODEL: modelFile }),
    HUBSPOT_CLIENT_ID: SANDBOX_APP.clientId,
    HUBSPOT_CLIENT_SECRET: SANDBOX_APP.clientSecret,
    HUBSPOT_API_URL: sandboxUrl,
    HUBSPOT_AUTHORIZE_URL: `${sandboxUrl}/oauth/authorize`,
  }
  return spawn(process.execPath, ['--max-old-space-size=512', main], {
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}

async function untilReady(url: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined)
    if (answer?.ok) return
    await sleep(100)
  }
  throw new Error('Plumbline did not start within half a minute')
}
