import { status } from '@grpc/grpc-js'
import { describe, expect, test } from 'vitest'
import {
  CrmDisconnected,
  CrmRateLimited,
  CrmRejected,
  CrmUnavailable,
} from '../../../src/errors.ts'
import { makeCertificate } from './feed-server.ts'
import { openFeed, PACE, positionOf, saysLeads, tokensOf, useFeedServer } from './feed-stage.ts'

const stage = useFeedServer()

describe('an access token that is over', () => {
  test('is renewed once', async () => {
    const { feed, credentials } = openFeed(stage.server, {}, 'old')
    saysLeads(stage.server, 0, 1)
    expect((await feed.read(null)).notices).toHaveLength(1)
    expect(credentials.renewals).toBe(1)
    await feed.read(null)
    expect(credentials.renewals).toBe(1)
  })

  test('in the middle of everything is renewed', async () => {
    const { feed, credentials } = openFeed(stage.server)
    saysLeads(stage.server, 0, 1)
    await feed.read(null)
    stage.server.manners.fail = {
      call: 'Subscribe',
      times: 1,
      failure: { code: status.UNAUTHENTICATED },
    }
    expect((await feed.read(null)).notices).toHaveLength(1)
    expect(credentials.renewals).toBe(1)
  })

  test('and whose renewal opens nothing is no verdict on the connection: events only hasten', async () => {
    const { feed, credentials } = openFeed(
      stage.server,
      { refresh: async () => tokensOf('bad') },
      'old',
    )
    await expect(feed.read(null)).rejects.toThrow(CrmUnavailable)
    expect(credentials.renewals).toBe(1)
  })

  test('and cannot be renewed says why', async () => {
    const gone = new CrmDisconnected('salesforce', 'revoked')
    const { feed } = openFeed(stage.server, { refresh: () => Promise.reject(gone) }, 'old')
    await expect(feed.read(null)).rejects.toBe(gone)
  })
})

describe('a failure', () => {
  test.each([
    [status.PERMISSION_DENIED, CrmRejected],
    [status.NOT_FOUND, CrmRejected],
    [status.UNIMPLEMENTED, CrmRejected],
    [status.RESOURCE_EXHAUSTED, CrmRateLimited],
    [status.UNAVAILABLE, CrmUnavailable],
    [status.INTERNAL, CrmUnavailable],
    [status.DEADLINE_EXCEEDED, CrmUnavailable],
    [status.UNKNOWN, CrmUnavailable],
  ])('of status %d of any call is what it is, and is over afterwards', async (code, expected) => {
    const { feed } = openFeed(stage.server)
    saysLeads(stage.server, 0, 1)
    for (const call of ['GetTopic', 'Subscribe']) {
      stage.server.manners.fail = { call, times: 1, failure: { code } }
      await expect(feed.read(null)).rejects.toThrow(expected)
    }
    expect((await feed.read(null)).notices).toHaveLength(1)
    // Each time it is asked first whether anybody is there.
    expect(stage.server.calls.filter(({ name }) => name === 'GetTopic')).toHaveLength(3)
  })

  test('of fetching a schema leaves the position where it was', async () => {
    const { feed } = openFeed(stage.server)
    saysLeads(stage.server, 0, 1)
    const failure = { code: status.UNAVAILABLE }
    stage.server.manners.fail = { call: 'GetSchema', times: 1, failure }
    await expect(feed.read(null)).rejects.toThrow(CrmUnavailable)
    expect((await feed.read(null)).notices).toHaveLength(1)
  })

  test('after some events keeps them', async () => {
    const { feed } = openFeed(stage.server)
    saysLeads(stage.server, 0, 150)
    stage.server.manners.breaksAfter = 100
    const page = await feed.read(null)
    expect(page).toMatchObject({ position: positionOf(99), more: true })
    expect(page.notices).toHaveLength(100)
  })

  test('to connect is an outage, and is survived', async () => {
    const { feed } = openFeed(stage.server, { pubSubEndpoint: '127.0.0.1:1' })
    await expect(feed.read(null)).rejects.toThrow(CrmUnavailable)
    await expect(feed.read(null)).rejects.toThrow(CrmUnavailable)
  })

  test('to prove who it is is an outage: nobody else gets the token', async () => {
    const { feed } = openFeed(stage.server, { pubSubCertificate: (await makeCertificate()).cert })
    await expect(feed.read(null)).rejects.toThrow(CrmUnavailable)
    expect(stage.server.calls).toEqual([])
  })

  test('to let us listen is a refusal', async () => {
    const { feed } = openFeed(stage.server)
    stage.server.manners.canSubscribe = false
    await expect(feed.read(null)).rejects.toThrow(CrmRejected)
  })

  test('to answer is an outage as soon as the silence is suspicious', async () => {
    const { feed, clock } = openFeed(stage.server, {
      timeoutMs: 80,
      pace: { ...PACE, firstMs: 20 },
    })
    saysLeads(stage.server, 0, 1)
    await feed.read(null)
    stage.server.manners.hangs = true
    expect((await feed.read(positionOf(0))).notices).toEqual([])
    clock.forward(61_000)
    await expect(feed.read(positionOf(0))).rejects.toThrow(CrmUnavailable)
  })
})
