import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { plumbline } from '../helpers/cli.ts'
import { useDatabase } from '../helpers/database.ts'

const Summary = z.object({
  people: z.number(),
  scored: z.number(),
  written: z.number(),
  accountsScored: z.number(),
  accountsWritten: z.number(),
  rejected: z.number(),
  apiCalls: z.number(),
  apiCallsIdeal: z.number(),
  rateLimited: z.number(),
  seconds: z.number(),
  tiers: z.record(z.string(), z.number()),
})

const PORTAL = ['--people', '300', '--seed', '7', '--exit']

describe('the command line', () => {
  const database = useDatabase()
  let data: string
  beforeAll(async () => {
    data = await mkdtemp(path.join(os.tmpdir(), 'plumbline-cli-'))
  })
  afterAll(() => rm(data, { recursive: true, force: true }))
  const run = (...args: string[]) =>
    plumbline([...args, '--data', data], { DATABASE_URL: database.url, PORT: '0' }).ended
  const runJson = async (...args: string[]) => {
    const { code, stdout, stderr } = await run(...args, '--json')
    expect(code, stderr).toBe(0)
    return JSON.parse(stdout)
  }
  /** The portal files; SQLite's own companions of them come and go. */
  const portals = async () =>
    (await readdir(path.join(data, 'sandbox'))).filter((name) => name.endsWith('.sqlite'))
  const csv = async (name: string, content: string | Buffer) => {
    const file = path.join(data, name)
    await writeFile(file, content)
    return file
  }

  test('the demo prints one JSON object with what it did', async () => {
    const summary = Summary.parse(await runJson('demo', ...PORTAL))
    const whole = { people: 300, scored: 300, written: 300, rejected: 0, rateLimited: 0 }
    expect(summary).toMatchObject(whole)
    const inTiers = Object.values(summary.tiers).reduce((sum, n) => sum + n, 0)
    expect(inTiers).toBe(300)
    expect(summary.accountsScored).toBeGreaterThan(20)
    expect(summary.accountsWritten).toBe(summary.accountsScored)
    // Besides: the consent, making the fields on contacts and on companies, and asking the journal for events.
    expect(summary.apiCalls).toBeLessThan(summary.apiCallsIdeal + 28)
  })

  test('a second run writes nothing', async () => {
    const summary = Summary.parse(await runJson('demo', ...PORTAL))
    expect(summary).toMatchObject({ people: 300, scored: 300, written: 0, accountsWritten: 0 })
  })

  test('without --json the demo shows figures, tiers, leads with reasons, and what to try next', async () => {
    const { code, stdout } = await run('demo', ...PORTAL)
    expect(code).toBe(0)
    for (const part of ['300 people scored', 'API calls', 'Tiers', 'Top ten leads', 'Try next']) {
      expect(stdout).toContain(part)
    }
  })

  test('status, leads and explain answer from the same state', async () => {
    const [installation] = await runJson('status')
    expect(installation).toMatchObject({
      status: 'active',
      people: 300,
      written: 300,
      trouble: null,
    })
    const [list] = await runJson('leads', '--top', '3')
    expect(list.leads).toHaveLength(3)
    const best = list.leads[0]
    const [explained] = await runJson('explain', best.id)
    expect(explained.result.tier).toBe(best.values.plumbline_tier)
    const sum = explained.result.contributions.reduce(
      (total: number, line: { points: number }) => total + Math.round(line.points * 100),
      0,
    )
    expect(sum).toBe(Math.round(explained.result.score * 100))
    const { stdout } = await run('explain', best.id)
    expect(stdout).toContain(best.id)
    expect(stdout).toMatch(/Score .* of 100/)
  })

  test('accounts are ranked, and explained by record id and by domain', async () => {
    const [list] = await runJson('accounts', '--top', '3')
    expect(list.accounts).toHaveLength(3)
    const [best] = list.accounts
    const [explained] = await runJson('explain', best.id)
    expect(explained).toMatchObject({ kind: 'company', id: best.id })
    expect(explained.result.tier).toBe(best.values.plumbline_account_tier)
    expect(await runJson('explain', best.facts.domain.toUpperCase())).toEqual([explained])
    const { stdout } = await run('explain', best.id)
    expect(stdout).toMatch(/Account score .* of 100/)
    const [installation] = await runJson('status')
    const { scored, written } = installation.accounts
    expect(scored).toBeGreaterThan(3)
    expect(written).toBe(scored)
  })

  test('people without a company, an unknown person, an unknown flag: each is told what to do', async () => {
    const nobody = await run('explain', 'nobody@nowhere.example')
    expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining('leads') })
    const typo = await run('leads', '--topp', '3')
    expect(typo).toMatchObject({ code: 1, stderr: expect.stringContaining('--top') })
    const many = await run('demo', '--people', 'many')
    expect(many).toMatchObject({ code: 1, stderr: expect.stringContaining('whole number') })
  })

  test.each([
    ['a cut last line', 'Email,First Name,Title\na@a.example,A,CEO\nb@b.example', /line 3/],
    ['an open quote', 'Email,First Name\n"a@a.example,A\nb@b.example,B\n', /quote/],
    ['binary data', Buffer.from('Email,First Name\na@a.example,\0\x01\n'), /NUL/],
    ['no column it knows', 'foo,bar\n1,2\n', /column/],
  ])(
    'a CSV with %s ends with a clear error and leaves all as it was',
    async (_, content, words) => {
      const before = await portals()
      const file = await csv('bad.csv', content)
      const { code, stderr } = await run('demo', '--csv', file, '--exit')
      expect(code).toBe(1)
      expect(stderr).toContain('bad.csv')
      expect(stderr).toMatch(words)
      expect(stderr).not.toContain('    at ')
      expect(await portals()).toEqual(before)
      expect(Summary.parse(await runJson('demo', ...PORTAL))).toMatchObject({ written: 0 })
    },
  )

  test('a CSV export becomes a portal of its own beside the generated one', async () => {
    const file = await csv(
      'people.csv',
      'Email,First Name,Job Title,Company,Country,Shoe Size\n' +
        'ann@acme.example,Ann,VP Marketing,Acme,Germany,39\n' +
        '"bob@gmail.com",Bob,"Director, Sales",Beta,USA,44\n',
    )
    const { code, stdout, stderr } = await run('demo', '--csv', file, '--exit', '--json')
    expect(code).toBe(0)
    expect(stderr).toContain('"Shoe Size"')
    expect(JSON.parse(stdout)).toMatchObject({ people: 2, scored: 2, written: 2 })
    const installations = await runJson('status')
    expect(installations.map((each: { people: number }) => each.people)).toEqual([300, 2])
  })
})
