import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { auditOf } from '../../src/store/audit.ts'
import { backlog } from '../../src/store/due-backlog.ts'
import type { Installation } from '../../src/store/installations.ts'
import { changeSettings, readSettings } from '../../src/store/settings.ts'
import { plumbline } from '../helpers/cli.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'

const GOOD = `
forms:
  - { name: "*talk to sales*", is: contact_requested, attributes: { topic: sales } }
pages:
  - { path: /pricing*, is: pricing_viewed }
meetings:
  - { title: "Discovery*", is: discovery_held }
`

describe('plumbline settings mapping', () => {
  const database = useDatabase()
  let installation: Installation
  let folder: string
  beforeAll(async () => {
    installation = await makeInstallation(database.db)
    folder = await mkdtemp(path.join(tmpdir(), 'plumbline-mapping-'))
  })
  afterAll(() => rm(folder, { recursive: true }))
  const run = (...args: string[]) =>
    plumbline(['settings', 'mapping', ...args], { DATABASE_URL: database.url }).ended
  const file = async (text: string) => {
    const name = path.join(folder, 'mapping.yaml')
    await writeFile(name, text)
    return name
  }
  const stored = async () => (await readSettings(database.db, installation.id)).mapping

  test('says that there is none, and how to set one', async () => {
    const { code, stdout } = await run()
    expect(code).toBe(0)
    expect(stdout).toContain('No mapping is set')
    expect(stdout).toContain('plumbline settings mapping FILE.yaml')
  })

  test('sets one, leaves other settings alone, and has everything read again', async () => {
    await changeSettings(database.db, installation.id, { overwrites: 'respect' }, new Date())
    const { code, stdout } = await run(await file(GOOD))
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('3 rules') })
    expect(await stored()).toMatchObject({ forms: [{ is: 'contact_requested' }] })
    expect((await readSettings(database.db, installation.id)).overwrites).toBe('respect')
    expect((await backlog(database.db, installation.id, new Date())).sync).toBe(1)
    const [entry] = await auditOf(database.db, installation.id, 'settings.mapping', 1)
    expect(entry?.details).toMatchObject({ before: {}, after: { pages: [{ path: '/pricing*' }] } })
  })

  test('shows it as YAML that can be set again, and as JSON', async () => {
    const shown = await run()
    expect(shown.stdout).toContain('is: pricing_viewed')
    const before = await stored()
    expect((await run(await file(shown.stdout))).code).toBe(0)
    expect(await stored()).toEqual(before)
    const { accountId } = installation
    expect(JSON.parse((await run('--json')).stdout)).toEqual({
      crm: 'hubspot',
      accountId,
      mapping: before,
    })
  })

  test.each([
    ['forms:\n  - { name: "*", is: Demo Requested }', /:2:\d+: forms\[0\].is: .*snake_case/],
    ['forms:\n  - { nam: "*", is: demo }', /:2:\d+: forms\[0\].nam: .*Did you mean name\?/],
    ['form: []', /:1:1: form: .*Did you mean forms\?/],
    ['pages:\n  - { path: /a }', /:2:\d+: pages\[0\].* is missing/],
    ['meetings:\n  - { is: held }', /:2:\d+: meetings\[0\]: .*title/],
    ['forms: 3', /:1:\d+: forms: this must be a list/],
    ['- a', /:1:1: this is not a mapping.*Begin with forms:/],
    ['forms: [', /:1:\d+: /],
  ])('refuses %j with place and remedy, and changes nothing', async (text, message) => {
    const before = await stored()
    const { code, stderr } = await run(await file(text))
    expect(code).toBe(1)
    expect(stderr).toContain('nothing was changed')
    expect(stderr).toMatch(message)
    expect(await stored()).toEqual(before)
  })

  test('{} takes all rules away; a file that is not there is told', async () => {
    expect((await run(await file('{}'))).stdout).toContain('0 rules')
    expect(await stored()).toEqual({})
    expect((await run('/nowhere.yaml')).stderr).toContain('Cannot read /nowhere.yaml')
  })
})
