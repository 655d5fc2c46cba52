import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createModels } from '../../jobs/models.ts'
import { score } from '../../jobs/score.ts'
import { auditOf } from '../../src/store/audit.ts'
import { addFactVersions } from '../../src/store/fact-versions.ts'
import { type Installation, setStatus } from '../../src/store/installations.ts'
import { upsertPeople } from '../../src/store/subjects.ts'
import { plumbline } from '../helpers/cli.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { movableClock, stageDeps } from '../helpers/deps.ts'
import { titleModel, titleModelText } from '../helpers/model-texts.ts'

const nameOf = (model: string, points: number) => {
  const { modelId, hash } = titleModelText(model, points)
  return `${modelId}@${hash}`
}
const FIRST = nameOf('first', 10)
const SECOND = nameOf('second', 60)

describe('model versions on the command line', () => {
  const database = useDatabase()
  let folder: string
  let installation: Installation
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'plumbline-versions-'))
    await writeFile(path.join(folder, 'first.yaml'), titleModel('first', 10))
    await writeFile(path.join(folder, 'second.yaml'), titleModel('second', 60))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))
  beforeEach(async () => {
    await sql`delete from installation`.execute(database.db)
    installation = await makeInstallation(database.db)
    const now = new Date()
    const people = ['1', '2'].map((id) => ({
      id,
      facts: { title: 'CEO' },
      createdAt: now,
      updatedAt: now,
    }))
    await upsertPeople(database.db, installation.id, people, now)
    await addFactVersions(database.db, installation.id, 'person', people, now)
  })
  const file = (name: string) => path.join(folder, name)
  const run = (...args: string[]) =>
    plumbline(['model', ...args], { DATABASE_URL: database.url }).ended
  const runJson = async (...args: string[]) => {
    const { stdout, stderr } = await run(...args, '--json')
    expect(stderr).toBe('')
    return JSON.parse(stdout)
  }
  const scoreAll = () => {
    const deps = stageDeps(
      database.db,
      movableClock(new Date()),
      createModels(() => database.db),
    )
    return score({ installationId: installation.id }, deps)
  }
  const status = async () => {
    const { stdout } = await plumbline(['status'], { DATABASE_URL: database.url }).ended
    return stdout
  }

  test('publish shows what changes, says how to undo it, and rollback undoes it', async () => {
    const published = await run(
      'publish',
      file('first.yaml'),
      '--reason',
      'start',
      '--actor',
      'ann',
    )
    expect(published).toMatchObject({ code: 0, stderr: '' })
    expect(published.stdout).toContain(`First version: ${FIRST}`)
    expect(published.stdout).toContain('2 people will be scored anew')
    expect(published.stdout).not.toContain('To undo')

    const next = await run('publish', file('second.yaml'))
    expect(next.stdout).toContain(`${FIRST} is live; ${SECOND} takes its place:`)
    expect(next.stdout).toMatch(/~ Has a title: .*10.*60/)
    expect(next.stdout).toContain('To undo: plumbline model rollback')
    expect((await auditOf(database.db, installation.id, 'model.published', 1))[0]).toMatchObject({
      actor: os.userInfo().username,
      id: SECOND,
    })

    const { stdout } = await run('versions')
    expect(stdout).toMatch(new RegExp(`${FIRST} +retired .* ann +start`))
    expect(stdout).toContain(`"model rollback" goes to ${FIRST}`)

    const back = await run('rollback', '--yes')
    expect(back).toMatchObject({ code: 0 })
    expect(back.stdout).toContain(`${FIRST} is live, 2 people are due for scoring.`)
    expect(back.stdout).toContain(`To undo: plumbline model publish ${SECOND}`)
    const again = await run('rollback')
    expect(again).toMatchObject({ code: 1, stdout: '' })
    expect(again.stderr).toContain(`No version was live before ${FIRST}`)
  })

  test('with --json each verb prints one document', async () => {
    const [account] = [installation.accountId]
    expect(await runJson('publish', file('first.yaml'))).toMatchObject({
      accountId: account,
      published: true,
      from: null,
      to: FIRST,
      due: { people: 2, companies: 0 },
      undo: null,
    })
    expect(await runJson('draft', file('second.yaml'))).toMatchObject({
      model: SECOND,
      stored: true,
    })
    const shadow = ['shadow', SECOND.split('@')[1]?.slice(0, 6) ?? '']
    expect(await runJson(...shadow)).toMatchObject({ changed: true, model: SECOND })
    expect(await runJson('compare')).toMatchObject({ live: FIRST, shadow: SECOND, compared: 0 })
    expect(await runJson('versions')).toMatchObject({
      versions: [
        { model: FIRST, status: 'live' },
        { model: SECOND, status: 'shadow' },
      ],
      rollsBackTo: null,
    })
    expect(await runJson('shadow', '--end')).toMatchObject({ ended: SECOND })
    const published = await runJson('publish', SECOND)
    expect(published).toMatchObject({
      published: true,
      from: FIRST,
      undo: 'plumbline model rollback',
    })
    expect(published.changes).not.toEqual([])
    expect(await runJson('publish', SECOND)).toMatchObject({ published: false, from: SECOND })
    expect(await runJson('rollback')).toMatchObject({ published: true, to: FIRST })
  })

  test('a shadow is compared with the live model, and status tells how far both are', async () => {
    await run('publish', file('first.yaml'))
    expect((await run('compare')).stderr).toContain('There is no shadow model to compare with')
    const started = await run('shadow', file('second.yaml'))
    expect(started.stdout).toContain(`${SECOND} scores 2 people beside the live model`)
    expect(await status()).toMatch(
      new RegExp(`model +${FIRST} live since .*, 0 of 2 people scored with it`),
    )
    await scoreAll()
    const { stdout } = await run('compare')
    expect(stdout).toContain('2 people compared\n')
    expect(stdout).toContain('2 change tier, 2 stage, 0 grade')
    expect(stdout).toContain('+50 points on average')
    expect(stdout).toMatch(/live tier +→ A\n +C +2/)
    expect(await status()).toMatch(
      new RegExp(`model +${SECOND} shadow since .*, 2 of 2 people scored with it`),
    )
    expect((await run('shadow', '--end')).stdout).toContain(`${SECOND} is no longer the shadow`)
    expect((await run('shadow', '--end')).stdout).toContain('There is no shadow model')
  })

  test.each([
    ['problems', 'model: x\nsignals:\n  - { id: a, point: 5 }\n', /bad\.yaml:3:/],
    [
      'examples that do not hold',
      titleModel(
        'x',
        5,
        'examples: [ { name: ten, person: { title: CEO }, expect: { score: 10 } } ]',
      ),
      /score is 5, expected 10[\s\S]*1 example that does not hold/,
    ],
  ])('a model with %s is refused by every verb', async (_, content, words) => {
    await writeFile(file('bad.yaml'), content)
    const refused = await run('publish', file('bad.yaml'))
    expect(refused.code).toBe(1)
    expect(refused.stdout).toMatch(words)
    for (const verb of ['draft', 'shadow']) {
      const { code, stdout } = await run(verb, file('bad.yaml'), '--json')
      expect(code).toBe(1)
      expect(JSON.parse(stdout)).toMatchObject({ ok: false })
    }
    expect(await runJson('versions')).toMatchObject({ versions: [] })
  })

  test.each([
    [['publish', 'missing.yaml'], /Cannot read missing\.yaml/],
    [['publish', 'abc123'], /neither a file nor a stored version of hubspot account/],
    [['shadow'], /Name a file or a stored version.*--end/],
    [['shadow', 'first.yaml', '--end'], /Name a file or a stored version.*--end/],
    [['rollback'], /No model is live; publish one first/],
    [
      ['versions', '--installation', '0'],
      /There is no installation "0"[\s\S]*hubspot\/\d+ \(active\)/,
    ],
  ])('%j ends 1 and says what to do', async (args, words) => {
    const { code, stdout, stderr } = await run(...args)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(words)
    expect(stderr).not.toContain('    at ')
  })

  test('where several accounts are installed one must be named; one that is not active does not count', async () => {
    const other = await makeInstallation(database.db)
    const { code, stderr } = await run('publish', file('first.yaml'))
    expect(code).toBe(1)
    expect(stderr).toMatch(/Several accounts fit; choose one with --installation/)
    const chosen = await runJson('publish', file('first.yaml'), '--installation', other.accountId)
    expect(chosen).toMatchObject({ accountId: other.accountId, due: { people: 0 } })
    await setStatus(database.db, other.id, 'paused', 'for the test', new Date())
    expect(await runJson('versions')).toMatchObject({ accountId: installation.accountId })
  })
})
