import { expect } from 'vitest'
import { z } from 'zod'
import type { PortalRecord } from '../../sandbox/hubspot/record.ts'
import { portal } from './portal.ts'
import { webhookReceiver } from './webhook-receiver.ts'

export const Report = z.object({
  queued: z.number(),
  requestsUnderWay: z.number(),
  recorded: z.number(),
  dropped: z.number(),
  delivered: z.number(),
  failed: z.number(),
  attempts: z.number(),
  lateAnswers: z.number(),
  slowestMs: z.number(),
  byStatus: z.record(z.string(), z.number()),
  lastErrors: z.array(z.string()),
})

const property = (propertyName: string) => ({
  subscriptionType: 'object.propertyChange',
  objectType: 'contacts',
  propertyName,
})
export const CITY = property('city')
export const COUNTRY = property('country')

/** A portal whose webhooks go to a receiver at once; by default of changes of a contact's city. */
export async function webhookPortal(
  records: readonly PortalRecord[],
  settings: Record<string, unknown> = {},
) {
  const receiver = await webhookReceiver()
  const sandbox = await portal(records)
  const configured = await sandbox.control('/__webhooks', {
    targetUrl: receiver.url,
    subscriptions: [CITY],
    gatherMs: 1,
    ...settings,
  })
  expect(configured.status).toBe(200)
  const report = async () =>
    Report.parse((await sandbox.json('GET', '/__webhooks', undefined)).body)
  return {
    ...sandbox,
    receiver,
    report,
    mutate: (mutation: Record<string, unknown>) => sandbox.control('/__mutate', mutation),
    flush: (all = false) => sandbox.control('/__webhooks/flush', { all }),
    /** Nothing waits, and nothing is under way. */
    quiet: () => expect.poll(report, { timeout: 10_000 }).toMatchObject({ queued: 0 }),
    /** No request is under way, though events may wait. */
    idle: () => expect.poll(report, { timeout: 10_000 }).toMatchObject({ requestsUnderWay: 0 }),
    /** So many requests have been answered, whatever the answer was. */
    attempts: (n: number) =>
      expect.poll(report, { timeout: 10_000 }).toMatchObject({ attempts: n, requestsUnderWay: 0 }),
  }
}

export function update(id: number, properties: Record<string, string>) {
  return { op: 'update', type: 'contacts', id: String(id), properties }
}
