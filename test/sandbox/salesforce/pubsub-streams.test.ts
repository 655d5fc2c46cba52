import { status } from '@grpc/grpc-js'
import { expect, onTestFinished, test } from 'vitest'
import { connectOrg, lead, openOrg, startOrg } from '../org.ts'
import { CUSTOM, EARLIEST, LATEST, subscriber } from './pubsub-client.ts'
import {
  ALL,
  AUTH_REFUSED,
  change,
  HOUR,
  id,
  LEADS,
  listening,
  org,
  REPLAY_REFUSED,
  report,
} from './pubsub-org.ts'

test('nobody gets more than they asked for, and the rest waits', async () => {
  const at = await org()
  const stream = await listening(at, LEADS, 2)
  for (const title of ['a', 'b', 'c']) await change(at, 1, { Title: title })
  await stream.payloads(2)
  expect(stream.responses.at(-1)?.pendingNumRequested).toBe(0)
  stream.ask(5)
  expect((await stream.payloads(3)).map(({ Title }) => Title)).toEqual(['a', 'b', 'c'])
  expect(stream.responses.at(-1)?.pendingNumRequested).toBe(4)
})

test('from a replay id on, everything comes again; from the earliest, all of it', async () => {
  const at = await org()
  const first = await listening(at)
  for (const title of ['a', 'b', 'c']) await change(at, 1, { Title: title })
  await first.payloads(3)
  const after = subscriber(at).subscribe(ALL, CUSTOM, first.events()[0]?.replayId)
  after.ask(10)
  expect((await after.payloads(2)).map(({ Title }) => Title)).toEqual(['b', 'c'])
  const all = subscriber(at).subscribe(ALL, EARLIEST)
  all.ask(10)
  expect((await all.payloads(3)).map(({ Title }) => Title)).toEqual(['a', 'b', 'c'])
})

test('an empty answer keeps the stream alive and says how far it is', async () => {
  const at = await org()
  const stream = await listening(at, '/data/ContactChangeEvent')
  await change(at, 1, { Title: 'not for this topic' })
  const lookedAt = stream.responses[0]?.latestReplayId
  await expect
    .poll(async () => {
      await at.lever('/__events', { keepalive: true })
      return stream.responses.at(-1)?.latestReplayId
    })
    .not.toEqual(lookedAt)
  expect(stream.events()).toEqual([])
  const later = subscriber(at).subscribe(ALL, CUSTOM, stream.responses.at(-1)?.latestReplayId)
  later.ask(1)
  await change(at, 2, { Title: 'new' })
  expect((await later.payloads(1))[0]).toMatchObject({ Title: 'new' })
})

test.for([
  ['damaged', (good: Buffer) => Buffer.concat([good.subarray(0, 4), Buffer.alloc(8)])],
  ['of another length', (good: Buffer) => good.subarray(1)],
  ['empty', () => Buffer.alloc(0)],
] as const)('a replay id that is %s is refused', async ([, spoil]) => {
  const at = await org()
  const stream = await listening(at)
  await change(at, 1, { Title: 'x' })
  await stream.payloads(1)
  const good = stream.events()[0]?.replayId ?? Buffer.alloc(12)
  const bad = subscriber(at).subscribe(ALL, CUSTOM, spoil(good))
  bad.ask(1)
  expect(await bad.failure()).toEqual({ code: status.INVALID_ARGUMENT, errorCode: REPLAY_REFUSED })
})

test('after 72 hours a replay id is too old, and the earliest event is a younger one', async () => {
  const at = await org()
  const stream = await listening(at)
  await change(at, 1, { Title: 'old' })
  await stream.payloads(1)
  const old = stream.events()[0]?.replayId
  at.clock.now += 73 * HOUR
  const { access_token: token } = await connectOrg(at.url)
  const late = { ...at, token }
  const custom = subscriber(late).subscribe(ALL, CUSTOM, old)
  custom.ask(1)
  expect((await custom.failure()).errorCode).toBe(REPLAY_REFUSED)
  await at.call(
    'PATCH',
    `sobjects/Lead/${id(1)}`,
    { Title: 'young' },
    {
      authorization: `Bearer ${token}`,
    },
  )
  const earliest = subscriber(late).subscribe(ALL, EARLIEST)
  earliest.ask(5)
  expect((await earliest.payloads(1))[0]).toMatchObject({ Title: 'young' })
})

test.for([
  ['no token', { accesstoken: 'nobody' }],
  ['the tenant of another org', { tenantid: '00D000000000001' }],
  ['an instance that is none', { instanceurl: 'elsewhere' }],
] as const)('%s opens neither stream nor schema', async ([, identity]) => {
  const at = await org()
  const stranger = subscriber(at, identity)
  const stream = stranger.subscribe(ALL, LATEST)
  stream.ask(1)
  const refusal = { code: status.UNAUTHENTICATED, errorCode: AUTH_REFUSED }
  expect(await stream.failure()).toEqual(refusal)
  await expect(stranger.topic(LEADS)).rejects.toEqual(refusal)
})

test('a session that ends ends the stream', async () => {
  const at = await org()
  const stream = await listening(at)
  await at.lever('/__tokens', { expire: true })
  await at.lever('/__events', { keepalive: true })
  expect(await stream.failure()).toEqual({ code: status.UNAUTHENTICATED, errorCode: AUTH_REFUSED })
  expect((await report(at)).streams).toBe(0)
})

test('an unknown topic is not found', async () => {
  const at = await org()
  const errorCode = 'sfdc.platform.eventbus.grpc.topic.not.found'
  await expect(subscriber(at).topic('/data/FooChangeEvent')).rejects.toEqual({
    code: status.NOT_FOUND,
    errorCode,
  })
})

test('a request for nothing is refused', async () => {
  const at = await org()
  const stream = subscriber(at).subscribe(ALL, LATEST)
  stream.ask(0)
  expect((await stream.failure()).code).toBe(status.INVALID_ARGUMENT)
})

test('levers: gaps, an overflow, lost events and a service that restarts', async () => {
  const at = await org()
  const stream = await listening(at)
  await at.lever('/__events', { gap: 'update', entity: 'Lead', ids: [id(1), id(2)] })
  await at.lever('/__events', { gap: 'overflow', entity: 'Lead' })
  await at.lever('/__events', { drop: 1 })
  await change(at, 1, { Title: 'lost' })
  await change(at, 1, { Title: 'heard' })
  const events = await stream.payloads(3)
  expect(events.map((event) => event.ChangeEventHeader.changeType)).toEqual([
    'GAP_UPDATE',
    'GAP_OVERFLOW',
    'UPDATE',
  ])
  expect(events[0]?.ChangeEventHeader.recordIds).toEqual([id(1), id(2)])
  expect(events[2]).toMatchObject({ Title: 'heard' })
  await at.lever('/__events', { disconnect: true })
  expect((await stream.failure()).code).toBe(status.UNAVAILABLE)
})

test('events, their places and the certificate survive a restart', async () => {
  const at = await org()
  const stream = await listening(at)
  await change(at, 1, { Title: 'before' })
  await change(at, 2, { Title: 'not read yet' })
  await stream.payloads(2)
  const place = stream.events()[0]?.replayId
  await at.close()
  const again = await startOrg(at.file, { pubSubPort: 0, now: () => at.clock.now })
  onTestFinished(() => again.close())
  expect(again.pubSub?.certificate).toBe(at.pubSub?.certificate)
  const later = subscriber({ ...again, token: at.token }).subscribe(ALL, CUSTOM, place)
  later.ask(5)
  expect((await later.payloads(1))[0]).toMatchObject({ Title: 'not read yet' })
})

test('where it is served is told, and that it is not', async () => {
  const at = await org()
  expect((await at.lever('/__pubsub', undefined, 'GET')).body).toEqual(at.pubSub)
  const without = await openOrg([lead(1)])
  expect((await without.lever('/__pubsub', undefined, 'GET')).status).toBe(404)
})

test('more than five selected objects are refused', async () => {
  const cdcEntities = ['Lead', 'Contact', 'Account', 'Task', 'Event', 'Campaign'] as const
  await expect(org(1, { cdcEntities })).rejects.toThrow('At most 5 objects')
})
