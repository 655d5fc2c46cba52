import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { CLIENT, client, PORTAL_ID, temporaryDirectory } from './portal.ts'
import { Report } from './webhook-portal.ts'
import { webhookReceiver } from './webhook-receiver.ts'

const Ready = z.object({ event: z.literal('ready'), url: z.string() })
const Created = z.object({ id: z.string() })

/** Serves a portal file in a process of its own. */
async function serve(file: string, ...more: string[]) {
  const child: ChildProcess = spawn(
    process.execPath,
    [
      'sandbox/serve.ts',
      ...['--file', file, '--portal-id', String(PORTAL_ID), '--people', '3'],
      ...['--client-id', CLIENT.client_id, '--client-secret', CLIENT.client_secret],
      ...more,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  const exited = once(child, 'exit')
  if (!child.stdout) throw new Error('The child has no output.')
  for await (const line of createInterface({ input: child.stdout })) {
    const ready = Ready.safeParse(JSON.parse(line))
    if (!ready.success) continue
    const kill = async () => {
      child.kill('SIGKILL')
      await exited
    }
    return { ...client(ready.data.url), kill }
  }
  throw new Error('The sandbox ended before it was ready.')
}

test('events that nobody has accepted outlive kill -9, and so do the settings', async () => {
  const file = join(temporaryDirectory(), 'portal.db')
  const receiver = await webhookReceiver({ hang: true })
  const first = await serve(file, '--webhook-url', receiver.url)
  await first.install()
  const mutation = { op: 'create', type: 'contacts', properties: { firstname: 'Ada' } }
  const created = Created.parse((await first.control('/__mutate', mutation)).body)
  await expect.poll(() => receiver.requests.length, { timeout: 10_000 }).toBe(1)
  await first.kill()

  receiver.behave({ status: 200 })
  const second = await serve(file)
  const report = async () => Report.parse((await second.json('GET', '/__webhooks', undefined)).body)
  await expect.poll(report, { timeout: 10_000 }).toMatchObject({ queued: 0, delivered: 2 })
  const [before = '', after = ''] = receiver.requests.map(({ body }) => body)
  expect(JSON.parse(after)).toEqual(JSON.parse(before))
  expect(JSON.parse(after)).toMatchObject([
    { subscriptionType: 'object.creation', objectId: Number(created.id) },
    { subscriptionType: 'object.propertyChange', propertyName: 'firstname', propertyValue: 'Ada' },
  ])
})

test('an address beyond this machine is refused at the start', async () => {
  const file = join(temporaryDirectory(), 'portal.db')
  await expect(serve(file, '--webhook-url', 'http://10.0.0.1/webhooks')).rejects.toThrow('ended')
})
