import { afterEach, beforeEach } from 'vitest'
import { createFeed, type FeedOptions } from '../../../connectors/salesforce/feed.ts'
import type { Org } from '../../../connectors/salesforce/org.ts'
import { memoryCredentials, movableClock, recordingBudget, silentLog } from '../helpers.ts'
import { type FeedServer, replayId, startFeedServer } from './feed-server.ts'

export const ORG_ID = '00D000000000001EAA'
export const PACE = { firstMs: 2_000, quietMs: 60, longestMs: 5_000, most: 500 }

export function tokensOf(accessToken: string) {
  const home = { instanceUrl: 'https://one.my.salesforce.com', userId: '005000000000001AAA' }
  return { accessToken, refreshToken: 'r', expiresAt: new Date('2030-01-01'), home }
}

/** A server of its own for each test. */
export function useFeedServer(): { readonly server: FeedServer } {
  const held: { server?: FeedServer } = {}
  beforeEach(async () => {
    held.server = await startFeedServer()
  })
  afterEach(() => held.server?.close())
  return {
    get server() {
      if (!held.server) throw new Error('the server is there only while tests run')
      return held.server
    },
  }
}

/** A feed of that server, of an account that reads leads and tasks. */
export function openFeed(
  server: FeedServer,
  changes: Partial<FeedOptions> = {},
  accessToken = 'good',
) {
  const clock = movableClock(new Date('2026-11-20T12:00:00Z'))
  const credentials = memoryCredentials(tokensOf(accessToken))
  let orgIdsAsked = 0
  const context = {
    credentials,
    clock,
    budget: recordingBudget(),
    log: silentLog,
    wishes: () => Promise.reject(new Error('nobody asks for wishes')),
  }
  // Of an org the feed needs no other part.
  const org = { context } as unknown as Org
  const feed = createFeed(org, {
    pubSubEndpoint: server.endpoint,
    pubSubCertificate: server.certificate,
    refresh: async () => tokensOf('good'),
    async accountId() {
      orgIdsAsked += 1
      return ORG_ID
    },
    streams: ['Lead', 'Task'],
    pace: PACE,
    ...changes,
  })
  return { feed, clock, credentials, asked: () => orgIdsAsked }
}

/** An id of a lead for each number. */
export const leadId = (n: number) => `00Q5g00000${String(n).padStart(5, '0')}`

/** What a position is that stands behind an event. */
export const positionOf = (place: number) => replayId(place).toString('base64')

/** One change each of the leads of these numbers. */
export function saysLeads(server: FeedServer, from: number, to: number): void {
  const numbers = Array.from({ length: to - from }, (_, index) => from + index)
  server.says(...numbers.map((n) => ({ ids: [leadId(n)] })))
}
