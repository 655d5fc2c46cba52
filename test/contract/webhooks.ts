import { expect, test } from 'vitest'
import type { WebhookRequest } from '../../connectors/notice.ts'
import type { Harness } from './harness.ts'

/** What every connector must hold to when somebody calls us in the CRM's name. */
export function describeWebhooks(harness: () => Harness): void {
  const streamOf = (id: string) => harness().connector.streamOf({ kind: 'person', id })
  const genuineAbout = (id: string, now: Date): WebhookRequest => {
    const { webhookAbout } = harness()
    if (!webhookAbout) throw new Error('this CRM sends no webhooks')
    return webhookAbout(id, now)
  }

  test('a genuine webhook names the record, the same way each time it comes', () => {
    const [id = ''] = harness().people
    const now = new Date('2026-11-01T12:00:00Z')
    const first = harness().connector.receive(genuineAbout(id, now), now)
    expect(first.unreadable).toEqual([])
    expect(first.notices).toMatchObject([{ about: { what: 'record', stream: streamOf(id), id } }])
    const again = harness().connector.receive(genuineAbout(id, now), now)
    expect(again.notices.map(({ key }) => key)).toEqual(first.notices.map(({ key }) => key))
  })

  test.each(['method', 'url', 'body'] as const)(
    'a webhook with another %s is not genuine',
    (part) => {
      const now = new Date('2026-11-01T12:00:00Z')
      const genuine = genuineAbout(harness().people[0] ?? '', now)
      const changed = {
        method: { ...genuine, method: 'PUT' },
        url: { ...genuine, url: `${genuine.url}/` },
        body: { ...genuine, body: Buffer.concat([genuine.body, Buffer.from(' ')]) },
      }
      expect(() => harness().connector.receive(changed[part], now)).toThrow(
        expect.objectContaining({ name: 'NotGenuine' }),
      )
    },
  )

  test('a webhook that is repeated an hour later is not genuine', () => {
    const now = new Date('2026-11-01T12:00:00Z')
    const genuine = genuineAbout(harness().people[0] ?? '', now)
    const later = new Date(now.getTime() + 3_600_000)
    expect(() => harness().connector.receive(genuine, later)).toThrow(
      expect.objectContaining({ name: 'NotGenuine' }),
    )
  })
}

/** A CRM that tells by events sends no webhooks: whoever does is not the CRM. */
export function describeNoWebhooks(harness: () => Harness): void {
  test('nothing that arrives as a webhook is genuine', () => {
    const request = {
      method: 'POST',
      url: 'https://plumbline.example/webhooks',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from('[]'),
    }
    const now = new Date('2026-11-01T12:00:00Z')
    for (const read of ['receive', 'verify'] as const) {
      expect(() => harness().connector[read](request, now)).toThrow(
        expect.objectContaining({ name: 'NotGenuine' }),
      )
    }
  })
}
