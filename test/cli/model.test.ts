import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plumbline } from '../helpers/cli.ts'

const STARTER = 'config/models/b2b-starter.yaml'

describe('models and facts on the command line', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'plumbline-model-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))
  const run = (...args: string[]) => plumbline(args).ended
  const file = async (name: string, content: string) => {
    const target = path.join(folder, name)
    await writeFile(target, content)
    return target
  }
  // The worked example of the guide: whitepaper 25, pricing 40, 1,000+ employees 30.
  const GUIDE = {
    company: { employees: 1200 },
    activities: [
      { type: 'content_downloaded', kind: 'whitepaper', age: '0d' },
      { type: 'page_view', path: '/pricing', age: '0d' },
    ],
  }

  test('the starter model has no problems and its examples hold', async () => {
    const { code, stdout } = await run('model', 'check', STARTER)
    expect(code).toBe(0)
    expect(stdout).toMatch(/no problems, (\d+) of \1 examples hold/)
  })

  test('a model with problems ends 1 and names each place and remedy', async () => {
    const broken = await file('broken.yaml', 'model: x\nsignals:\n  - { id: a, point: 5 }\n')
    const { code, stdout } = await run('model', 'check', broken)
    expect(code).toBe(1)
    expect(stdout).toMatch(/broken\.yaml:3:/)
    const json = await run('model', 'check', broken, '--json')
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, model: null })
  })

  test('an example that does not hold ends 1 and shows both values', async () => {
    const text = `model: x
dimensions: { fit: { max: 100 } }
signals: [ { id: a, label: A, dimension: fit, points: 5, when: { person.title: { exists: true } } } ]
grades: { D: 0 }
stages: { mql: { score: 50 } }
tiers: { A: { stage: mql } }
examples: [ { name: wrong, person: { title: CEO }, expect: { score: 6 } } ]
`
    const { code, stdout } = await run('model', 'check', await file('wrong.yaml', text))
    expect(code).toBe(1)
    expect(stdout).toContain('score is 5, expected 6')
  })

  test('one person gives one object, a list gives a list', async () => {
    const one = await file('one.json', JSON.stringify(GUIDE))
    const list = await file('list.json', JSON.stringify([GUIDE, {}]))
    const asOf = ['--as-of', '2026-11-01T00:00:00Z', '--json']
    const { stdout } = await run('score', '--model', STARTER, '--facts', one, ...asOf)
    expect(JSON.parse(stdout)).toMatchObject({ score: 95, asOf: '2026-11-01T00:00:00.000Z' })
    const many = await run('score', '--model', STARTER, '--facts', list, ...asOf)
    expect(JSON.parse(many.stdout)).toMatchObject([{ score: 95 }, { score: 0 }])
  })

  test('without --json the score is explained', async () => {
    const one = await file('one.json', JSON.stringify(GUIDE))
    const { stdout } = await run('score', '--model', STARTER, '--facts', one)
    expect(stdout).toContain('Score 95.00 of 100')
    expect(stdout).toContain('Visited pricing')
  })

  test.each([
    ['not JSON', '{', /not JSON/],
    ['a wrong field', '{"persona": {}}', /persona/],
    ['an activity without a time', '{"activities": [{"type": "x"}]}', /at.*or.*age/],
  ])('facts that are %s end 1 with the place', async (_, content, words) => {
    const bad = await file('bad.json', content)
    const { code, stderr } = await run('score', '--model', STARTER, '--facts', bad)
    expect(code).toBe(1)
    expect(stderr).toContain('bad.json')
    expect(stderr).toMatch(words)
    expect(stderr).not.toContain('    at ')
  })
})
