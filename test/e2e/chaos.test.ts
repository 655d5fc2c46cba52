import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect, inject, onTestFinished, test } from 'vitest'
import { chosenFaults } from '../chaos/catalogue.ts'
import { readReport } from '../chaos/report.ts'
import { runNode } from '../helpers/cli.ts'

const MINUTE_MS = 60_000

/**
 * Two seeds side by side, each with one half of the faults. How soon all is well again is a question for the long tier,
 * which has the machine to itself.
 */
test(
  'under every kind of fault nothing is lost, done twice or broken',
  async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'plumbline-chaos-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const file = path.join(folder, 'report.json')
    const queue = inject('redisUrl') ? [] : ['--queue', 'postgres']
    const { ended } = runNode('test/chaos/run.ts', ['--tier', 'short', '--report', file, ...queue])
    const { stdout, stderr } = await ended
    const report = await readReport(file)
    if (report === null) throw new Error(`no report:\n${stdout}\n${stderr}`)
    const { faults, checked, lost, duplicates, broken } = report
    expect([...lost, ...duplicates, ...broken], stdout).toEqual([])
    const kinds = chosenFaults(null, inject('redisUrl') ? 'redis' : 'postgres')
    expect(Object.keys(faults)).toEqual(kinds.map(({ name }) => name).toSorted())
    expect(checked['people']).toBeGreaterThan(400)
  },
  20 * MINUTE_MS,
)
