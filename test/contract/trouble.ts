import { expect, test } from 'vitest'
import type { Harness, Trouble } from './harness.ts'

const TRANSIENT: readonly Trouble[] = ['overload', 'html', 'truncated', 'cut connection']

/** What every connector must hold to when the CRM misbehaves: the class of the error decides what happens next. */
export function describeTrouble(harness: () => Harness): void {
  const person = () => harness().connector.streamOf.person
  const readPeople = () => harness().connection.pullAll(person(), null)

  test.each(TRANSIENT)('%s is an outage, never an empty list', async (trouble) => {
    await harness().trouble(trouble)
    await expect(readPeople()).rejects.toMatchObject({ name: 'CrmUnavailable' })
    await harness().calm()
    expect((await readPeople()).people.length).toBeGreaterThan(0)
  })

  test('an outage while writing leaves the records to be written again', async () => {
    const [id = ''] = harness().people
    await harness().trouble('overload')
    const outcomes = await harness().connection.push([
      { subject: { kind: 'person', id }, values: { plumbline_score: '5' } },
    ])
    expect(outcomes).toMatchObject([{ id, status: 'retry' }])
    await harness().calm()
  })

  test('a limit that lasts is told with the time to wait', async () => {
    await harness().trouble('limit')
    const error = await readPeople().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'CrmRateLimited' })
    expect(error).toHaveProperty('retryAfterMs', expect.any(Number))
    await harness().calm()
  })

  test('a right that is missing is a refusal, not an outage', async () => {
    await harness().trouble('forbidden')
    await expect(readPeople()).rejects.toMatchObject({ name: 'CrmRejected', status: 403 })
    await harness().calm()
  })

  test('no error tells a token', async () => {
    const secrets = await harness().secrets()
    for (const trouble of [...TRANSIENT, 'limit', 'forbidden'] as const) {
      await harness().trouble(trouble)
      const error: unknown = await readPeople().catch((thrown: unknown) => thrown)
      const told =
        error instanceof Error ? `${error.stack} ${JSON.stringify(error)}` : String(error)
      for (const secret of secrets) expect(told).not.toContain(secret)
      await harness().calm()
    }
  })

  test('a genuine webhook names the record, the same way each time it comes', () => {
    const [id = ''] = harness().people
    const now = new Date('2026-11-01T12:00:00Z')
    const first = harness().connector.receive(harness().webhookAbout(id, now), now)
    expect(first.unreadable).toEqual([])
    expect(first.notices).toMatchObject([{ about: { what: 'record', stream: person(), id } }])
    const again = harness().connector.receive(harness().webhookAbout(id, now), now)
    expect(again.notices.map(({ key }) => key)).toEqual(first.notices.map(({ key }) => key))
  })

  test.each(['method', 'url', 'body'] as const)(
    'a webhook with another %s is not genuine',
    (part) => {
      const now = new Date('2026-11-01T12:00:00Z')
      const genuine = harness().webhookAbout(harness().people[0] ?? '', now)
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
    const genuine = harness().webhookAbout(harness().people[0] ?? '', now)
    const later = new Date(now.getTime() + 3_600_000)
    expect(() => harness().connector.receive(genuine, later)).toThrow(
      expect.objectContaining({ name: 'NotGenuine' }),
    )
  })

  test('after the app was removed, calls say that the customer left', async () => {
    await harness().revoke()
    await expect(readPeople()).rejects.toMatchObject({ name: 'CrmDisconnected' })
  })
}
