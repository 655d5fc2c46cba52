import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'

const read = (file: string) => readFileSync(file, 'utf8')
const SECURITY = read('SECURITY.md')
const CHECKLIST = /## What is done, row by row\n.*?\n## /s.exec(SECURITY)?.[0] ?? ''
const ROW = /^\|.*\| `([\w/-]+)` (.+?) \|$/gm

/** Tests named in the last column: file, and words of the title. */
function namedTests(): (readonly [file: string, words: string])[] {
  return [...CHECKLIST.matchAll(ROW)].map(([, file = '', words = '']) => [file, words] as const)
}

describe('SECURITY.md', () => {
  test('names a test for every row of the checklist', () => {
    const rows = CHECKLIST.split('\n').filter(
      (line) => line.startsWith('|') && !line.startsWith('|-') && !/\| test \|$/.test(line),
    )
    expect(namedTests()).toHaveLength(rows.length)
    expect(rows.length).toBeGreaterThan(40)
  })

  test.each(namedTests())('%s has a test "%s"', (file, words) => {
    const [path] = [`test/${file}.test.ts`, `test/${file}.ts`].filter((each) => existsSync(each))
    expect(path, `${file} is not there`).toBeDefined()
    expect(read(path ?? '')).toContain(words)
  })

  test('names only files that are there', () => {
    const files = [...SECURITY.matchAll(/`((?:src|connectors|docs|test)\/[\w./-]+\.\w+)`/g)]
    const missing = files.map(([, file = '']) => file).filter((file) => !existsSync(file))
    expect(files.length).toBeGreaterThan(20)
    expect(missing).toEqual([])
  })
})

const Service = z.object({
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  tmpfs: z.array(z.string()).optional(),
})
const Compose = z.object({ services: z.object({ web: Service, worker: Service }) })

describe('the container', () => {
  test.each(['web', 'worker'] as const)('%s runs without rights', (name) => {
    const { services } = Compose.parse(parse(read('compose.yaml'), { merge: true }))
    expect(services[name]).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      tmpfs: [expect.stringMatching(/^\/tmp:.*noexec/)],
    })
  })

  test('is not root, owns no source, and installs without scripts', () => {
    const dockerfile = read('Dockerfile')
    expect(dockerfile.lastIndexOf('\nUSER node\n')).toBeGreaterThan(
      dockerfile.lastIndexOf('\nRUN '),
    )
    expect(dockerfile).not.toMatch(/COPY --chown|ADD |USER root/)
    expect(dockerfile).toContain('npm ci --omit=dev --ignore-scripts')
  })
})

describe('every dependency', () => {
  const Versions = z.record(z.string(), z.string())
  const Package = z.object({ dependencies: Versions, devDependencies: Versions })
  const Lock = z.object({
    packages: z.record(z.string(), z.object({ integrity: z.string().optional() })),
  })

  test('is of one version, with its hash in the lock file', () => {
    const { dependencies, devDependencies } = Package.parse(JSON.parse(read('package.json')))
    for (const version of Object.values({ ...dependencies, ...devDependencies })) {
      expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/)
    }
    const { packages } = Lock.parse(JSON.parse(read('package-lock.json')))
    const unhashed = Object.entries(packages).filter(
      ([place, { integrity }]) => place !== '' && !integrity?.startsWith('sha512-'),
    )
    expect(unhashed).toEqual([])
  })
})
