import { expect } from 'vitest'
import { z } from 'zod'
import { lead, openOrg } from '../org.ts'
import { LATEST, subscriber } from './pubsub-client.ts'

export const HOUR = 3_600_000
export const ALL = '/data/ChangeEvents'
export const LEADS = '/data/LeadChangeEvent'
export const REPLAY_REFUSED =
  'sfdc.platform.eventbus.grpc.subscription.fetch.replayid.validation.failed'
export const AUTH_REFUSED = 'sfdc.platform.eventbus.grpc.service.auth.error'

export const id = (n: number) => lead(n).id
const leads = (count: number) => Array.from({ length: count }, (_, index) => lead(index + 1))

export async function org(count = 3, options: Parameters<typeof openOrg>[1] = {}) {
  return await openOrg(leads(count), { pubSubPort: 0, ...options })
}
export type TestOrg = Awaited<ReturnType<typeof org>>

export async function change({ call }: TestOrg, n: number, fields: Record<string, unknown>) {
  const headers = { 'Sforce-Call-Options': 'client=somebody' }
  const reply = await call('PATCH', `sobjects/Lead/${id(n)}`, fields, headers)
  expect(reply.status).toBe(204)
}

const Report = z.object({
  streams: z.number(),
  sent: z.number(),
  events: z.record(z.string(), z.number()),
})
export const report = async ({ lever }: TestOrg) =>
  Report.parse((await lever('/__events', undefined, 'GET')).body)

/** A stream that the server knows of: what happens from now on reaches it. */
export async function listening(at: TestOrg, topic = ALL, numRequested = 100) {
  const stream = subscriber(at).subscribe(topic, LATEST)
  stream.ask(numRequested)
  await expect.poll(async () => (await report(at)).streams).toBe(1)
  await at.lever('/__events', { keepalive: true })
  await expect.poll(() => stream.responses.length).toBe(1)
  return stream
}
