import { status } from '@grpc/grpc-js'
import { describe, expect, test } from 'vitest'
import { CrmRejected } from '../../../src/errors.ts'
import { payloadOf } from './feed-events.ts'
import { replayId } from './feed-server.ts'
import {
  leadId,
  ORG_ID,
  openFeed,
  PACE,
  positionOf,
  saysLeads,
  useFeedServer,
} from './feed-stage.ts'

const stage = useFeedServer()

describe('reading change events', () => {
  test('begins with the earliest, and goes on from where it stood', async () => {
    const { feed } = openFeed(stage.server)
    saysLeads(stage.server, 0, 3)
    const first = await feed.read(null)
    expect(first).toMatchObject({ position: positionOf(2), more: false, gap: false })
    expect(first.notices.map(({ about }) => 'id' in about && about.id.slice(0, 15))).toEqual(
      [0, 1, 2].map(leadId),
    )
    saysLeads(stage.server, 3, 4)
    const next = await feed.read(first.position)
    expect(next.notices).toHaveLength(1)
    expect(stage.server.asked.map(({ replayPreset }) => replayPreset)).toEqual([1, 2])
    expect(stage.server.asked[1]).toMatchObject({
      topicName: '/data/ChangeEvents',
      numRequested: 100,
    })
    expect(stage.server.asked[1]?.replayId).toEqual(replayId(2))
  })

  test('says who asks, with every call', async () => {
    const { feed, asked } = openFeed(stage.server)
    saysLeads(stage.server, 0, 1)
    await feed.read(null)
    await feed.read(null)
    expect(stage.server.calls.map(({ name }) => name)).toEqual([
      'GetTopic',
      'Subscribe',
      'GetSchema',
      'Subscribe',
    ])
    for (const { metadata } of stage.server.calls) {
      expect(metadata).toMatchObject({
        accesstoken: 'good',
        instanceurl: 'https://one.my.salesforce.com',
        tenantid: ORG_ID,
      })
    }
    expect(asked()).toBe(1)
  })

  test('takes three thousand in the order of their telling, a hundred at a time', async () => {
    const { feed } = openFeed(stage.server)
    saysLeads(stage.server, 0, 3_000)
    stage.server.manners.perResponse = 37
    const ids: string[] = []
    let position: string | null = null
    let pages = 0
    for (let more = true; more; pages += 1) {
      const page = await feed.read(position)
      expect(page.notices.length).toBeLessThanOrEqual(500)
      ids.push(
        ...page.notices.flatMap(({ about }) => ('id' in about ? [about.id.slice(0, 15)] : [])),
      )
      position = page.position
      more = page.more
    }
    expect(ids).toEqual(Array.from({ length: 3_000 }, (_, n) => leadId(n)))
    expect(pages).toBe(7)
    expect(Math.max(...stage.server.asked.map(({ numRequested }) => numRequested))).toBe(100)
  })

  test('stands nowhere as long as nothing was ever told', async () => {
    const { feed } = openFeed(stage.server)
    expect(await feed.read(null)).toEqual({
      notices: [],
      unreadable: [],
      position: null,
      more: false,
      gap: false,
    })
  })

  test('takes the position of a sign of life', async () => {
    const { feed } = openFeed(stage.server)
    saysLeads(stage.server, 0, 5)
    const page = await feed.read(positionOf(4))
    expect(page).toMatchObject({ notices: [], position: positionOf(4), more: false })
  })

  test('ends after a quiet moment, and leaves no subscription behind', async () => {
    const { feed } = openFeed(stage.server)
    stage.server.manners.keepalive = false
    saysLeads(stage.server, 0, 2)
    expect(await feed.read(null)).toMatchObject({ position: positionOf(1), more: false })
    await expect.poll(() => stage.server.open).toBe(0)
  })

  test('stands where it stood when nothing is said at all', async () => {
    const { feed } = openFeed(stage.server, { pace: { ...PACE, firstMs: 60 } })
    stage.server.manners.keepalive = false
    expect(await feed.read(positionOf(7))).toMatchObject({ position: positionOf(7), more: false })
  })

  test('goes on around what nobody understands', async () => {
    const { feed } = openFeed(stage.server)
    saysLeads(stage.server, 0, 1)
    stage.server.keeps({ schemaId: 'known', payload: payloadOf().subarray(0, 9) })
    stage.server.keeps({ schemaId: 'strange', payload: payloadOf() })
    stage.server.keeps({ schemaId: 'strange', payload: payloadOf() })
    saysLeads(stage.server, 1, 2)
    const page = await feed.read(null)
    expect(page.notices).toHaveLength(2)
    expect(page.unreadable).toEqual([
      'a payload that is not of its schema',
      'an unknown schema',
      'an unknown schema',
    ])
    expect(page.position).toBe(positionOf(4))
    expect(stage.server.calls.filter(({ name }) => name === 'GetSchema')).toHaveLength(2)
  })

  test('asks again for a schema that was refused', async () => {
    const { feed } = openFeed(stage.server)
    saysLeads(stage.server, 0, 2)
    const failure = { code: status.PERMISSION_DENIED }
    stage.server.manners.fail = { call: 'GetSchema', times: 1, failure }
    const page = await feed.read(null)
    expect(page.unreadable).toEqual(['an unknown schema', 'an unknown schema'])
    expect(page.position).toBe(positionOf(1))
    saysLeads(stage.server, 2, 3)
    expect((await feed.read(page.position)).notices).toHaveLength(1)
  })

  test('has a gap where too much changed at once', async () => {
    const { feed } = openFeed(stage.server)
    saysLeads(stage.server, 0, 1)
    stage.server.says({ change: 'GAP_OVERFLOW' })
    const page = await feed.read(null)
    expect(page).toMatchObject({ gap: true, position: positionOf(1) })
    expect(page.notices).toHaveLength(1)
  })
})

describe('a position that the service cannot go on from', () => {
  test.each(['validation.failed', 'corrupted'])('is given up: %s', async (reason) => {
    const { feed } = openFeed(stage.server)
    const errorCode = `sfdc.platform.eventbus.grpc.subscription.fetch.replayid.${reason}`
    stage.server.manners.fail = {
      call: 'Subscribe',
      times: 1,
      failure: { code: status.INVALID_ARGUMENT, errorCode },
    }
    saysLeads(stage.server, 0, 1)
    const page = await feed.read('bm90aGluZw==')
    expect(page).toMatchObject({ notices: [], position: null, more: false, gap: true })
    expect(await feed.read(page.position)).toMatchObject({ position: positionOf(0), gap: false })
  })

  test('is no gap but a refusal where there was none', async () => {
    const { feed } = openFeed(stage.server)
    const errorCode = 'sfdc.platform.eventbus.grpc.subscription.fetch.replayid.validation.failed'
    stage.server.manners.fail = {
      call: 'Subscribe',
      times: 1,
      failure: { code: status.INVALID_ARGUMENT, errorCode },
    }
    await expect(feed.read(null)).rejects.toThrow(CrmRejected)
  })
})
