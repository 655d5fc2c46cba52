import { expect, test } from 'vitest'
import type { Harness, Trouble } from './harness.ts'

const TRANSIENT: readonly Trouble[] = ['overload', 'html', 'truncated', 'cut connection']

/** What every connector must hold to when the CRM misbehaves: the class of the error decides what happens next. */
export function describeTrouble(harness: () => Harness): void {
  const personStream = () => {
    const [id = ''] = harness().people
    return harness().connector.streamOf({ kind: 'person', id })
  }
  const readPeople = () => harness().connection.pullAll(personStream(), null)

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

  test('after the app was removed, calls say that the customer left', async () => {
    await harness().revoke()
    await expect(readPeople()).rejects.toMatchObject({ name: 'CrmDisconnected' })
  })
}
