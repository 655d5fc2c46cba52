import { expect, test } from 'vitest'
import { many, PORTAL_ID, START } from './portal.ts'
import { update, webhookPortal } from './webhook-portal.ts'

const PEOPLE = 30

/** A portal in which everybody moves, one after the other, a second apart. */
async function everybodyMoves(chaos: Record<string, unknown>) {
  const sandbox = await webhookPortal(many(PEOPLE), { chaos, gatherMs: 60_000 })
  for (let id = 1; id <= PEOPLE; id += 1) {
    sandbox.clock.now = START + id * 1_000
    await sandbox.mutate(update(id, { city: 'Graz' }))
  }
  return sandbox
}

type Moved = Awaited<ReturnType<typeof everybodyMoves>>

const column = ({ receiver }: Moved, name: string) => receiver.events().map((event) => event[name])

test('duplicates carry the same eventId', async () => {
  const sandbox = await everybodyMoves({ duplicate: 1 })
  await sandbox.flush()
  await sandbox.quiet()
  expect(column(sandbox, 'eventId')).toHaveLength(2 * PEOPLE)
  expect(new Set(column(sandbox, 'eventId')).size).toBe(PEOPLE)
  expect(new Set(column(sandbox, 'objectId')).size).toBe(PEOPLE)
})

test('shuffled events come out of order, none is missing', async () => {
  const sandbox = await everybodyMoves({ shuffle: 600_000 })
  await sandbox.flush()
  await expect.poll(sandbox.report).toMatchObject({ requestsUnderWay: 0 })
  const early = column(sandbox, 'objectId').length
  expect(early).toBeLessThan(PEOPLE / 2)
  sandbox.clock.now += 600_000
  await sandbox.flush()
  await sandbox.quiet()
  const times = column(sandbox, 'occurredAt').map(Number)
  expect(times).not.toEqual(times.toSorted((one, other) => one - other))
  expect(new Set(times).size).toBe(PEOPLE)
})

test('what is dropped is counted, never sent, and the same for the same seed', async () => {
  const fates = []
  for (const seed of [7, 7, 8]) {
    const sandbox = await everybodyMoves({ drop: 0.5, seed })
    await sandbox.flush()
    await sandbox.quiet()
    const { recorded, dropped, delivered } = await sandbox.report()
    expect({ recorded, sum: dropped + delivered }).toEqual({ recorded: PEOPLE, sum: PEOPLE })
    fates.push(column(sandbox, 'objectId'))
  }
  expect(fates[0]?.length).toBeGreaterThan(0)
  expect(fates[1]).toEqual(fates[0])
  expect(fates[2]).not.toEqual(fates[0])
})

test('different events may carry one eventId', async () => {
  const sandbox = await everybodyMoves({ repeatEventIds: 0.5 })
  await sandbox.flush()
  await sandbox.quiet()
  expect(new Set(column(sandbox, 'objectId')).size).toBe(PEOPLE)
  expect(new Set(column(sandbox, 'eventId')).size).toBeLessThan(PEOPLE)
})

test('a request may hold an event of a portal that nobody knows', async () => {
  const sandbox = await everybodyMoves({ mixPortals: true })
  await sandbox.flush()
  await sandbox.quiet()
  const portals = column(sandbox, 'portalId')
  expect(portals.filter((id) => id === PORTAL_ID)).toHaveLength(PEOPLE)
  expect(portals.filter((id) => id === PORTAL_ID + 1)).toHaveLength(
    sandbox.receiver.requests.length,
  )
})

test.for([
  [
    {},
    { changeSource: 'INTEGRATION', sourceId: '4242', subscriptionType: 'object.propertyChange' },
  ],
  [{ numericSourceId: true }, { sourceId: 4_242 }],
  [{ noSourceId: true }, { sourceId: undefined }],
  [{ lowerCaseSource: true }, { changeSource: 'integration' }],
  [{ eventTypeKey: true }, { eventType: 'object.propertyChange', subscriptionType: undefined }],
] as const)('an echo may be told as %j has it', async ([chaos, expected]) => {
  const { objects, quiet, receiver } = await webhookPortal(many(1), { chaos })
  await objects('PATCH', 'contacts/1', { properties: { city: 'Graz' } })
  await quiet()
  const [event] = receiver.events()
  expect({ sourceId: undefined, subscriptionType: undefined, ...event }).toMatchObject(expected)
})
