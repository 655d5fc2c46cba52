import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileModel } from '../../src/scoring/engine/compile.ts'
import type { Mover } from '../../src/scoring/history/compare-standings.ts'
import type { PreviousState, Scorer } from '../../src/scoring/result.ts'
import { plumbline } from '../helpers/cli.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { parsed } from '../scoring/models.ts'
import { type CrowdMember, crowd, storeCrowd } from './stored-crowd.ts'
import { createMirror } from './stored-people.ts'

const STARTER = 'config/models/b2b-starter.yaml'
const NOW = new Date('2026-11-22T12:00:00Z')
/** Scored a month ago, so that previous tiers and what the facts say now are not the same. */
const SCORED = new Date('2026-10-25T12:00:00Z')
const PEOPLE = 400

/** The starter model with another value for a visit of the pricing page. */
async function pricingAt(points: number): Promise<string> {
  const starter = await readFile(STARTER, 'utf8')
  const pricing = /(label: Visited pricing\s+dimension: engagement\s+points:) 40/
  expect(starter).toMatch(pricing)
  const changed = starter.replace(pricing, `$1 ${points}`)
  // Its examples expect the old points.
  return changed.slice(0, changed.indexOf('\nexamples:'))
}

describe('plumbline model diff', () => {
  const database = useDatabase()
  let folder: string
  let cheaper: string
  let members: readonly CrowdMember[]
  let accountId: string
  let installationId: string
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'plumbline-diff-'))
    cheaper = path.join(folder, 'cheaper.yaml')
    await writeFile(cheaper, await pricingAt(30))
    const installation = await makeInstallation(database.db)
    installationId = installation.id
    accountId = installation.accountId
    const mirror = createMirror(database.db, installationId)
    await mirror.publish(await readFile(STARTER, 'utf8'), SCORED)
    members = crowd(PEOPLE, NOW)
    await storeCrowd(mirror, members, SCORED)
    const ids = members.map(({ id }) => id)
    // Some are new since: they have no previous tier.
    await mirror.score(ids.slice(0, 350), SCORED)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  const run = (...args: string[]) =>
    plumbline(['model', 'diff', ...args], { DATABASE_URL: database.url }).ended
  const runJson = async (...args: string[]) => {
    const { code, stdout, stderr } = await run(...args, '--json')
    expect(code, stderr).toBe(0)
    return JSON.parse(stdout)
  }
  const AS_OF = ['--as-of', NOW.toISOString()]

  async function simulated(
    file: string,
  ): Promise<ReadonlyMap<string, ReturnType<Scorer['score']>>> {
    const { rows } = await sql<{ id: string; previous: PreviousState }>`
      select person_id as id, jsonb_build_object('tier', tier, 'stage', stage) as previous
      from score where installation_id = ${installationId}`.execute(database.db)
    const previous = new Map(rows.map((row) => [row.id, row.previous]))
    const scorer = compileModel(parsed(await readFile(file, 'utf8')))
    const results = members.map(({ id, facts }) => {
      const before = previous.get(id)
      return [id, scorer.score({ ...facts, ...(before && { previous: before }) }, NOW)] as const
    })
    return new Map(results)
  }

  test('the movers are exactly those of two separate simulations of the same people', async () => {
    const before = await simulated(STARTER)
    const after = await simulated(cheaper)
    const expected = members.flatMap(({ id }): Mover[] => {
      const was = before.get(id)
      const is = after.get(id)
      if (!was || !is || was.tier === is.tier) return []
      const name = `P${id}`
      return [
        { id, name, from: was.tier, to: is.tier, scoreBefore: was.score, scoreAfter: is.score },
      ]
    })
    expect(expected.length).toBeGreaterThan(10)

    const { changes, replay } = await runJson(STARTER, cheaper, '--replay', ...AS_OF)
    expect(changes.filter((change: { decides: boolean }) => change.decides)).toMatchObject([
      { path: 'signals.pricing_page.points', before: 40, after: 30 },
    ])
    expect(replay).toHaveLength(1)
    const [{ movers, people, changedScore, tierMigrations, queues }] = replay
    expect(movers).toEqual(expected)
    expect(people).toBe(PEOPLE)
    const changed = members.filter(({ id }) => before.get(id)?.score !== after.get(id)?.score)
    expect(changedScore).toBe(changed.length)
    for (const { from, to, people: moved } of tierMigrations) {
      const same = members.filter(
        ({ id }) => before.get(id)?.tier === from && after.get(id)?.tier === to,
      )
      expect(moved).toBe(same.length)
    }
    for (const queue of queues) {
      const inQueue = [...after.values()].filter(({ route }) => route === queue.route)
      expect(queue.after.people).toBe(inQueue.length)
    }
  })

  test('"live" is the published model', async () => {
    const { before, replay } = await runJson('live', cheaper, '--replay', ...AS_OF)
    const files = await runJson(STARTER, cheaper, '--replay', ...AS_OF)
    expect(before).toBe(files.before)
    expect(replay).toEqual(files.replay)
    expect((await runJson('live', STARTER)).changes).toEqual([])
  })

  test('the text has the changes, the matrix, twenty names per direction and the load', async () => {
    const nearlyFree = path.join(folder, 'nearly-free.yaml')
    await writeFile(nearlyFree, await pricingAt(1))
    const args = [STARTER, nearlyFree, '--replay', ...AS_OF]
    const { stdout, stderr, code } = await run(...args)
    expect(code, stderr).toBe(0)
    for (const part of ['40 points become 1', `${PEOPLE} people`, 'Load by route', 'emea']) {
      expect(stdout).toContain(part)
    }
    const { replay } = await runJson(...args)
    const directions = Map.groupBy<string, Mover>(
      replay[0].movers,
      ({ from, to }) => `${from} ${to}`,
    )
    const down = directions.get('B C') ?? []
    expect(down.length).toBeGreaterThan(20)
    expect(stdout).toContain(`B → C: ${down.length} people`)
    expect(stdout).toContain(`and ${down.length - 20} more`)
    expect(stdout).toContain(` P${down[19]?.id} `)
    expect(stdout).not.toContain(` P${down[20]?.id} `)
  })

  test('without --replay two files need no database', async () => {
    const { code, stdout } = await plumbline(['model', 'diff', STARTER, cheaper], {
      DATABASE_URL: 'postgres://127.0.0.1:1/nowhere',
    }).ended
    expect(code).toBe(0)
    expect(stdout).toContain('~ Visited pricing: 40 points become 30')
    expect((await runJson(STARTER, STARTER)).changes).toEqual([])
  })

  test('an account that is not installed ends 1 and lists those that are', async () => {
    const { code, stderr } = await run('live', cheaper, '--installation', 'nope')
    expect(code).toBe(1)
    expect(stderr).toContain(accountId)
  })

  test('a model with problems ends 1 with their places', async () => {
    const broken = path.join(folder, 'broken.yaml')
    await writeFile(broken, 'model: x\n')
    const { code, stderr } = await run(STARTER, broken)
    expect(code).toBe(1)
    expect(stderr).toContain('broken.yaml:')
  })

  test('when installations have different models live, "live" asks which one', async () => {
    const other = await makeInstallation(database.db)
    await createMirror(database.db, other.id).publish(await readFile(cheaper, 'utf8'), NOW)
    const { code, stderr } = await run('live', cheaper)
    expect(code).toBe(1)
    expect(stderr).toContain('--installation')
    const chosen = await runJson('live', cheaper, '--installation', other.accountId)
    expect(chosen.changes).toEqual([])
    const both = await runJson(STARTER, cheaper, '--replay', ...AS_OF)
    expect(both.replay).toMatchObject([
      { accountId, people: PEOPLE },
      { people: 0, before: null },
    ])
  })
})
