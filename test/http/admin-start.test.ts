import { once } from 'node:events'
import { expect, test } from 'vitest'
import { runNode } from '../helpers/cli.ts'
import { useDatabase } from '../helpers/database.ts'
import { TEST_SECRET } from '../helpers/secret.ts'

const database = useDatabase()

/** Starts the program, stops it once it runs, and gives back what it printed. */
async function printedBy(role: 'web' | 'worker'): Promise<string> {
  const { child, ended } = runNode('src/main.ts', [], {
    DATABASE_URL: database.url,
    PLUMBLINE_SECRET: TEST_SECRET,
    PLUMBLINE_URL: 'https://plumbline.example',
    PLUMBLINE_ROLE: role,
    PORT: '0',
  })
  let printed = ''
  while (child.stderr && !printed.includes('"started"')) {
    const [chunk] = await once(child.stderr, 'data')
    printed += chunk
  }
  child.kill('SIGTERM')
  const { code, stderr } = await ended
  expect(code, stderr).toBe(0)
  return stderr
}

test('the first start of a web process prints the link once, beside the log', async () => {
  const link = /^ {2}https:\/\/plumbline\.example\/admin\/setup\?token=[\w-]{22}$/m
  expect(await printedBy('worker')).not.toContain('/admin/setup')
  const first = await printedBy('web')
  expect(first).toMatch(link)
  const logged = first.split('\n').filter((line) => line.startsWith('{'))
  expect(logged.join()).not.toContain('token')
  expect(await printedBy('web')).not.toContain('/admin/setup')
})
