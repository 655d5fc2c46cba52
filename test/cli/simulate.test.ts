import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileModel } from '../../src/scoring/engine/compile.ts'
import type { Result } from '../../src/scoring/result.ts'
import { plumbline } from '../helpers/cli.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { parsed } from '../scoring/models.ts'
import { crowd, storeCrowd } from './stored-crowd.ts'
import { createMirror } from './stored-people.ts'

const STARTER = 'config/models/b2b-starter.yaml'
const NOW = new Date('2026-11-22T12:00:00Z')
const PEOPLE = 60

describe('plumbline simulate', () => {
  const database = useDatabase()
  let folder: string
  let strict: string
  let bare: { accountId: string }
  let published: { accountId: string }
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'plumbline-simulate-'))
    strict = path.join(folder, 'strict.yaml')
    const starter = await readFile(STARTER, 'utf8')
    const stricter = starter.replace('mql: { score: 50', 'mql: { score: 65')
    expect(stricter).not.toBe(starter)
    await writeFile(strict, stricter)
    for (const isPublished of [false, true]) {
      const installation = await makeInstallation(database.db)
      const mirror = createMirror(database.db, installation.id)
      await storeCrowd(mirror, crowd(PEOPLE, NOW), NOW)
      if (isPublished) await mirror.publish(starter, NOW)
      if (isPublished) published = installation
      else bare = installation
    }
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  const run = (...args: string[]) =>
    plumbline(['simulate', ...args, '--as-of', NOW.toISOString()], { DATABASE_URL: database.url })
      .ended
  const runJson = async (...args: string[]) => {
    const { code, stdout, stderr } = await run(...args, '--json')
    expect(code, stderr).toBe(0)
    return JSON.parse(stdout)
  }

  test('the distribution is that of the model over everybody', async () => {
    const scorer = compileModel(parsed(await readFile(strict, 'utf8')))
    const results = crowd(PEOPLE, NOW).map(({ facts }) => scorer.score(facts, NOW))
    const countOf = (holds: (result: Result) => boolean) => results.filter(holds).length
    const { installations, model } = await runJson(strict, '--installation', published.accountId)
    expect(model).toBe(scorer.model)
    const [{ people, coverage, after, before, live, movers }] = installations
    expect(people).toBe(PEOPLE)
    expect(live).toMatch(/^b2b-starter@/)
    for (const stage of ['disqualified', 'nurture', 'mql', 'sql'] as const) {
      expect(after.stages[stage]).toBe(countOf((result) => result.stage === stage))
    }
    for (const [band, n] of after.bands.entries()) {
      const last = band === 9 ? 101 : band * 10 + 10
      expect(n).toBe(countOf(({ score }) => score >= band * 10 && score < last))
    }
    const share = results.reduce((sum, result) => sum + result.coverage, 0) / PEOPLE
    expect(coverage).toBeCloseTo(share, 2)
    const total = results.reduce((sum, { score }) => sum + Math.round(score * 100), 0)
    expect(after.averageScore).toBe(Math.round(total / PEOPLE) / 100)
    // Fewer are MQLs under the stricter model, and everybody who is none any more is named.
    expect(before.stages.mql).toBeGreaterThan(after.stages.mql)
    expect(movers.length).toBeGreaterThan(0)
  })

  test('without a published model there is nothing beside it', async () => {
    const { installations } = await runJson(strict, '--installation', bare.accountId)
    expect(installations).toMatchObject([
      { live: null, before: null, movers: [], people: PEOPLE, after: { bands: expect.any(Array) } },
    ])
    const { stdout } = await run(strict, '--installation', bare.accountId)
    expect(stdout).toContain('nothing is live yet')
    expect(stdout).not.toContain('another tier')
  })

  test('in words: coverage, bands, tiers, stages, routes and who moves, for every installation', async () => {
    const { stdout, code, stderr } = await run(strict)
    expect(code, stderr).toBe(0)
    expect(stderr).toBe('')
    for (const { accountId } of [bare, published]) expect(stdout).toContain(`account ${accountId},`)
    for (const part of [
      'of the facts known',
      '90 to 100',
      'Tiers',
      'MQL',
      'SQL',
      'Load by route',
    ]) {
      expect(stdout).toContain(part)
    }
    expect(stdout).toMatch(/B → C: \d+ (person|people)/)
  })

  test('a file that is not there ends 1', async () => {
    const { code, stderr } = await run(path.join(folder, 'none.yaml'))
    expect(code).toBe(1)
    expect(stderr).toContain('none.yaml')
  })
})
