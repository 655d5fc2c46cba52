import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { SANDBOX_APP, startSandbox } from '../../src/cli/demo/sandbox-process.ts'
import type { Db } from '../../src/store/database.ts'
import { listInstallations } from '../../src/store/installations.ts'
import { peopleCounts } from '../../src/store/overview.ts'
import { plumbline } from '../helpers/cli.ts'
import { useDatabase } from '../helpers/database.ts'
import { starterJudges } from '../helpers/portal.ts'
import { judgePortal } from './oracle.ts'

const PEOPLE = 700
const BACKENDS = inject('redisUrl') ? ['Postgres', 'Redis'] : ['Postgres']

/** Each kill comes when this much has been reached: early, in the middle, and near the end. */
const MOMENTS = [
  { people: 1, written: 0 },
  { people: random(50, 300), written: 0 },
  { people: random(300, 500), written: 0 },
  { people: 0, written: random(1, 300) },
  // About when the last people are written and the accounts' turn comes.
  { people: 0, written: random(600, 700) },
]

describe.each(BACKENDS)('kill -9 at five moments, with the queue on %s', (backend) => {
  const database = useDatabase()
  let data: string
  beforeAll(async () => {
    data = await mkdtemp(path.join(os.tmpdir(), 'plumbline-crash-'))
  })
  afterAll(() => rm(data, { recursive: true, force: true }))

  const start = () =>
    plumbline(['demo', '--people', String(PEOPLE), '--exit', '--json', '--data', data], {
      DATABASE_URL: database.url,
      PORT: '0',
      ...(backend === 'Redis' && { REDIS_URL: inject('redisUrl') ?? '' }),
    })

  test('ends in the state that a run without kills has', async () => {
    for (const moment of MOMENTS) {
      const run = start()
      await reached(database.db, moment, run.ended)
      run.child.kill('SIGKILL')
      await run.ended
    }
    const { code, stdout, stderr } = await start().ended
    expect(code, stderr).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ people: PEOPLE, scored: PEOPLE, rejected: 0 })

    const sandbox = await startSandbox(
      path.join(data, 'sandbox'),
      { people: PEOPLE, seed: 1, csv: [] },
      { onProgress: () => {}, onNote: () => {} },
    )
    const verdict = await judgePortal(sandbox.url, SANDBOX_APP, await starterJudges())
    await sandbox.stop()
    expect({ ...verdict, moments: MOMENTS }).toMatchObject({ contacts: PEOPLE, differences: [] })
    // Each restart may wait for the lease and the lock of the killed process.
  }, 300_000)
})

/** Waits until the run has come this far, or has ended by itself. */
async function reached(
  db: Db,
  moment: { people: number; written: number },
  ended: Promise<unknown>,
): Promise<void> {
  let over = false
  const end = ended.then(() => {
    over = true
  })
  while (!over) {
    const [installation] = await listInstallations(db)
    const counts = installation && (await peopleCounts(db, installation.id, new Date(0)))
    if (counts && counts.people >= moment.people && counts.written >= moment.written) return
    await Promise.race([end, new Promise((resolve) => setTimeout(resolve, 10))])
  }
}

function random(from: number, to: number): number {
  return from + Math.floor(Math.random() * (to - from))
}
