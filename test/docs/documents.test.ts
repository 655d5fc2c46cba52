import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { ENVIRONMENT_NAMES } from '../../config/env.ts'

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'docs/figures.md',
  'docs/scoring-model.md',
  'docs/salesforce.md',
  'connectors/hubspot/BEHAVIOR.md',
  'connectors/salesforce/BEHAVIOR.md',
  'crm-apps/salesforce/README.md',
]

const read = (file: string) => readFileSync(file, 'utf8')
const all = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '').toSorted()

describe('the documents keep up with the code', () => {
  test('README.md lists every setting and no other', () => {
    const rows = read('README.md')
      .split('\n')
      .filter((line) => line.startsWith('| `'))
    const named = rows.flatMap((row) => all(row.split('|')[1] ?? '', /`([A-Z_]+)`/g))
    expect(named.toSorted()).toEqual([...ENVIRONMENT_NAMES].toSorted())
  })

  /** Commands that only hold others. */
  const GROUPS = ['model', 'settings']

  test('README.md lists every command and no other', () => {
    const source = globSync('src/cli/*.ts').map(read).join('\n')
    const verbs = all(source, /\.command\(\s*'([a-z]+)/g).filter((verb) => !GROUPS.includes(verb))
    const commands = /## Commands.*?\n## /s.exec(read('README.md'))?.[0] ?? ''
    const rows = commands.split('\n').filter((line) => line.startsWith('| `'))
    const named = rows.flatMap((row) =>
      all(row.split(' | ')[0] ?? '', /`(?:model |settings )?([a-z]+)/g),
    )
    expect(verbs.length).toBeGreaterThan(20)
    // A command may have several forms, and two groups a command of the same name.
    expect([...new Set(named)].toSorted()).toEqual([...new Set(verbs)])
  })

  test('README.md has the two lines to paste on its first screen', () => {
    const screen = read('README.md').split('\n').slice(0, 40)
    expect(screen).toContain('npm ci && npm run demo')
    expect(screen).toContain('npm ci && npm test')
  })

  test('CONTRIBUTING.md says of every error class what happens', () => {
    const classes = all(read('src/errors.ts'), /^export class (\w+)/gm)
    const rows = all(read('CONTRIBUTING.md'), /^\| `(\w+)` \|/gm)
    expect(rows).toEqual(classes)
  })

  test('every script and file that the documents name exists', () => {
    const { scripts } = JSON.parse(read('package.json'))
    for (const document of DOCUMENTS) {
      const text = read(document)
      for (const name of all(text, /npm run (?:-s )?([\w:]+)/g)) {
        expect(Object.keys(scripts)).toContain(name)
      }
      const links = all(text, /\]\(([^)#]+)\)/g).filter((link) => !link.includes('://'))
      const files = [...links.map((link) => path.join(path.dirname(document), link))]
      files.push(...all(text, /`((?:src|jobs|config|tools|docs|bench)\/[\w./-]+\.\w+)`/g))
      expect(files.filter((file) => !existsSync(file))).toEqual([])
    }
  })
})
