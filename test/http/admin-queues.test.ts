import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { z } from 'zod'
import {
  createQueues,
  LANES_QUEUE,
  prepareQueues,
  QUEUE_NAMES,
  type QueueBackend,
  type Queues,
} from '../../jobs/queues.ts'
import { useDatabase } from '../helpers/database.ts'
import { forgetAdmins, isIn, makeAdmin, openSite, type Site, signedInAt } from './admin-site.ts'

const PAGE = '/admin/queues'
const API = `${PAGE}/api/queues`
const INSTALLATION = '018f3a52-7d5e-7c11-9b57-1d2c3e4f5a6b'

const redisUrl = inject('redisUrl')
const database = useDatabase()
const BACKENDS: readonly (readonly [string, () => QueueBackend])[] = [
  ['Postgres', () => ({ kind: 'postgres', url: database.url })],
  ...(redisUrl ? [['Redis', (): QueueBackend => ({ kind: 'redis', url: redisUrl })] as const] : []),
]

const Listed = z.object({
  queues: z.array(
    z.object({
      name: z.string(),
      readOnlyMode: z.boolean(),
      counts: z.record(z.string(), z.number()),
      jobs: z.array(z.object({ data: z.unknown() })),
    }),
  ),
})

describe.each(BACKENDS)('the dashboard of the queues on %s', (_name, backend) => {
  let site: Site
  let queues: Queues
  beforeEach(async () => {
    await forgetAdmins(database.db)
    await makeAdmin(database.db)
    await prepareQueues(backend())
    queues = createQueues(backend(), pino({ level: 'silent' }))
    site = await openSite(database.db, { queues: queues.all })
  })
  afterEach(async () => {
    await site.close()
    await Promise.all(queues.all.map((queue) => queue.obliterate({ force: true })))
    await queues.close()
  })

  test('shows admins every queue and its jobs, which hold the id of an installation only', async () => {
    await queues.wake('score', INSTALLATION)
    const browser = await signedInAt(site)
    const { status, text } = await browser.get(`${API}?activeQueue=score&status=latest`)
    expect(status).toBe(200)
    const listed = Listed.parse(JSON.parse(text)).queues
    const names = [...Object.values(QUEUE_NAMES), LANES_QUEUE]
    expect(listed.map(({ name }) => name).toSorted()).toEqual(names.toSorted())
    expect(listed.every(({ readOnlyMode }) => readOnlyMode)).toBe(true)
    const score = listed.find(({ name }) => name === 'score')
    expect(score?.counts['waiting']).toBe(1)
    expect(score?.jobs).toEqual([{ data: { installationId: INSTALLATION } }])
  })

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
    'takes no %s, from admins neither',
    async (method) => {
      await queues.wake('score', INSTALLATION)
      const browser = await signedInAt(site)
      for (const path of [
        '',
        '/api/queues/pause',
        '/api/queues/score/empty',
        '/api/queues/score/add',
      ]) {
        const { status, headers } = await browser.ask(method, PAGE + path)
        expect.soft([path, status, headers.get('allow')]).toEqual([path, 405, 'GET, HEAD'])
      }
      expect(await queues.all.find(({ name }) => name === 'score')?.getWaitingCount()).toBe(1)
    },
  )
})

describe('the dashboard of the queues', () => {
  let site: Site
  let queues: Queues
  beforeEach(async () => {
    await forgetAdmins(database.db)
    await makeAdmin(database.db)
    const backend: QueueBackend = { kind: 'postgres', url: database.url }
    await prepareQueues(backend)
    queues = createQueues(backend, pino({ level: 'silent' }))
    site = await openSite(database.db, { queues: queues.all })
    return async () => {
      await site.close()
      await queues.close()
    }
  })

  const script = (html: string) => /src="(static\/js\/main[^"]+)"/.exec(html)?.[1] ?? 'none'
  const PAGES = ['', '/', '/queue/score', '/queue/score/1', '/static/favicon.ico', '/API%2Fqueues']

  test.each(PAGES)('sends strangers at its %j to the sign-in page', async (path) => {
    const { status, headers, text } = await site.browser().get(PAGE + path)
    expect([status, headers.get('location')]).toEqual([303, '/admin/sign-in'])
    expect(text).not.toContain('score')
  })

  test.each(['/api/queues', '/api/queues/score/1', '/API/queues', '/api'])(
    'refuses strangers at its %s',
    async (path) => {
      const { status, text } = await site.browser().get(PAGE + path)
      expect([status, JSON.parse(text)]).toEqual([401, { status: 'sign in first' }])
    },
  )

  test('lets nobody in whose session has ended, nor with a cookie of their own making', async () => {
    const browser = await signedInAt(site)
    expect((await browser.get(API)).status).toBe(200)
    site.pass(31 * 24 * 3_600_000)
    expect(await isIn(browser)).toBe(false)
    expect((await browser.get(API)).status).toBe(401)
    const forger = site.browser()
    for (const name of browser.cookies.keys()) forger.cookies.set(name, 'a'.repeat(43))
    expect((await forger.get(API)).status).toBe(401)
  })

  test('is reached from the first page, and runs no script and loads nothing that is not its own', async () => {
    const browser = await signedInAt(site)
    expect((await browser.get('/')).text).toContain(`href="${PAGE}"`)
    const { status, text, headers } = await browser.get(PAGE)
    expect(status).toBe(200)
    expect(headers.get('content-security-policy')?.split(';')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      "connect-src 'self'",
      "base-uri 'self'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ])
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.has('x-powered-by')).toBe(false)
    const loaded = await browser.get(`${PAGE}/${script(text)}`)
    expect([loaded.status, loaded.headers.get('content-type')]).toEqual([
      200,
      'text/javascript; charset=utf-8',
    ])
    // The other pages are as strict as before.
    expect((await browser.get('/')).headers.get('content-security-policy')).not.toContain('script')
  })
})

test('where a process has no queues at hand there is no such page, and no link to it', async () => {
  await forgetAdmins(database.db)
  await makeAdmin(database.db)
  const site = await openSite(database.db)
  const browser = await signedInAt(site)
  expect((await browser.get(PAGE)).status).toBe(404)
  expect((await browser.get('/')).text).not.toContain(PAGE)
  await site.close()
})
