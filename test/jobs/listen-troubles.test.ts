import { describe, expect, test } from 'vitest'
import {
  CrmAuthExpired,
  CrmDisconnected,
  CrmRateLimited,
  CrmRejected,
  CrmUnavailable,
} from '../../src/errors.ts'
import { findInstallation } from '../../src/store/installations.ts'
import { useDatabase } from '../helpers/database.ts'
import { fails, pageOf, says, saysOnce, tellingFeed, useListener } from './listen-stage.ts'

const database = useDatabase()
const listener = useListener(database)

describe('a gap', () => {
  test('has the changes read at once, and the feed from its beginning', async () => {
    const { feed, asked, tells } = tellingFeed()
    tells(listener.notice('1'), listener.notice('2'))
    await listener.work(feed)
    listener.forward(5)
    const lost = says((position) =>
      position === null
        ? feed.read(position)
        : Promise.resolve(pageOf({ gap: true, position: null })),
    )
    expect(await listener.work(lost)).toContain('sync')
    expect(await listener.due('sync')).toEqual(['delta'])
    expect(await listener.againIn()).toBe(5)
    await listener.wait()
    await listener.work(lost)
    expect(asked).toEqual([null, null])
    expect(await listener.position()).toBe('2')
    expect(listener.warnings().join()).toContain('missing')
  })

  test('beside events keeps both', async () => {
    const both = pageOf({ notices: [listener.notice('1')], position: '1', gap: true })
    await listener.work(says(async () => both))
    expect(await listener.due('fetch')).toEqual(['1'])
    expect(await listener.due('sync')).toEqual(['delta'])
    expect(await listener.position()).toBe('1')
  })
})

describe('a failure', () => {
  test('makes the pauses longer, and leaves the position', async () => {
    const { feed, tells } = tellingFeed()
    tells(listener.notice('1'))
    await listener.work(feed)
    const pauses: unknown[] = []
    for (let round = 0; round < 12; round += 1) {
      await listener.wait()
      await listener.work(fails(new CrmUnavailable('salesforce', 'away')))
      pauses.push(await listener.againIn())
    }
    expect(pauses.slice(0, 4)).toEqual([2, 4, 8, 16])
    expect(pauses.at(-1)).toBe(15 * 60)
    expect(await listener.position()).toBe('1')
    listener.forward(15 * 60)
    await listener.work(feed)
    expect(await listener.againIn()).toBe(15)
  })

  test('because the account does not offer it is said once, and tried hourly', async () => {
    const refused = fails(new CrmRejected('salesforce', 403, 'not for this edition'))
    for (let round = 0; round < 3; round += 1) {
      await listener.work(refused)
      expect(await listener.againIn()).toBe(3_600)
      listener.forward(3_600)
    }
    expect(listener.warnings()).toHaveLength(1)
    expect(listener.warnings()[0]).toContain(
      '"class":"CrmRejected","crm":"salesforce","status":403',
    )
    const { feed, tells } = tellingFeed()
    tells(listener.notice('1'))
    await listener.work(feed)
    expect(await listener.due('fetch')).toEqual(['1'])
    listener.forward(5)
    await listener.work(refused)
    expect(listener.warnings()).toHaveLength(2)
  })

  test('because of a limit waits as long as it says', async () => {
    await listener.work(fails(new CrmRateLimited('salesforce', 900_000)))
    expect(await listener.againIn()).toBe(900)
  })

  test.each([
    [new CrmAuthExpired('salesforce', 'over'), 'paused'],
    [new CrmDisconnected('salesforce', 'gone'), 'disconnected'],
  ])('of the connection marks it: %s', async (error, status) => {
    await listener.work(fails(error))
    expect((await findInstallation(database.db, listener.id))?.status).toBe(status)
  })

  test('to understand an event is said without stopping the others', async () => {
    const unreadable = ['an unknown schema', 'an unknown schema']
    await listener.work(saysOnce({ notices: [listener.notice('1')], unreadable, position: '3' }))
    expect(await listener.due('fetch')).toEqual(['1'])
    expect(listener.warnings().join()).toContain('"events":2')
  })
})
