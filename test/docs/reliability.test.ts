import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const ROW = /^\|.*\| `([\w/-]+)` ?(.*?) ?\|$/gm

/** Tests named in the last column: file, and words of the title. */
function namedTests(): (readonly [file: string, words: string])[] {
  const text = readFileSync('docs/reliability.md', 'utf8')
  return [...text.matchAll(ROW)].map(([, file = '', words = '']) => [file, words] as const)
}

describe('docs/reliability.md', () => {
  test('names a test for every row', () => {
    const rows = readFileSync('docs/reliability.md', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('|') && !line.startsWith('|-') && !/\| test \|$/.test(line))
    expect(namedTests()).toHaveLength(rows.length)
    expect(rows.length).toBeGreaterThan(50)
  })

  test.each(namedTests())('%s has a test "%s"', (file, words) => {
    const [path] = [`test/${file}.test.ts`, `test/${file}.ts`].filter((each) => existsSync(each))
    expect(path, `${file} is not there`).toBeDefined()
    expect(readFileSync(path ?? '', 'utf8')).toContain(words)
  })
})
