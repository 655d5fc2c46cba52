import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import type { Connector } from '../../connectors/connector.ts'
import type { Notice } from '../../connectors/notice.ts'
import { install } from '../../src/install.ts'
import { beginNewLife } from '../../src/store/former-life.ts'
import { noticeCounts } from '../../src/store/inbox-counts.ts'
import { createSecretBox } from '../../src/store/secret-box.ts'
import { useDatabase } from '../helpers/database.ts'
import { stageDeps } from '../helpers/deps.ts'
import { titleModelText } from '../helpers/model-texts.ts'
import { TEST_SECRET } from '../helpers/secret.ts'
import { unusedConnection } from '../helpers/unused-connection.ts'
import { NOW, pageOf, says, saysOnce, tellingFeed, useListener } from './listen-stage.ts'

const database = useDatabase()
const listener = useListener(database)

describe('listening to an account', () => {
  test('has what it tells of fetched, and goes on from there', async () => {
    const { feed, asked, tells } = tellingFeed()
    tells(listener.notice('1'), listener.notice('2'))
    expect(await listener.work(feed)).toEqual(['fetch'])
    expect(await listener.due('fetch')).toEqual(['1', '2'])
    tells(listener.notice('3'))
    listener.forward(5)
    await listener.work(feed)
    expect(asked).toEqual([null, '2'])
    expect(await listener.due('fetch')).toEqual(['1', '2', '3'])
    expect(await listener.state()).toEqual({ position: '3', toldAt: listener.clock.now() })
  })

  test('takes as many pages as there are', async () => {
    const { feed, asked, tells } = tellingFeed(100)
    const ids = Array.from({ length: 3_000 }, (_, n) => String(n))
    tells(...ids.map((id) => listener.notice(id)))
    await listener.work(feed)
    expect(asked).toHaveLength(30)
    expect(await listener.due('fetch')).toEqual(ids)
    expect(await listener.againIn()).toBe(5)
  })

  test('does nothing anew when it is told the same again', async () => {
    const { feed, tells } = tellingFeed()
    tells(listener.notice('1'))
    await listener.work(feed)
    await sql`delete from due where stage = 'fetch'`.execute(database.db)
    listener.forward(5)
    expect(
      await listener.work(saysOnce({ notices: [listener.notice('1')], position: '1' })),
    ).toEqual([])
    expect(await listener.due('fetch')).toEqual([])
  })

  test('counts what we wrote ourselves, and does not fetch it', async () => {
    const notices = [listener.notice('1', 'echo'), listener.notice('2')]
    await listener.work(saysOnce({ notices, position: '2' }))
    expect(await listener.due('fetch')).toEqual(['2'])
    expect(await noticeCounts(database.db, listener.id, NOW)).toEqual([
      { source: 'events', result: 'echo', events: 1 },
      { source: 'events', result: 'record', events: 1 },
    ])
  })

  test('that tells nothing is done ever more rarely', async () => {
    const { feed, tells } = tellingFeed()
    tells(listener.notice('1'))
    await listener.work(feed)
    const pauses: unknown[] = []
    for (let round = 0; round < 30; round += 1) {
      pauses.push(await listener.againIn())
      await listener.wait()
      await listener.work(feed)
    }
    expect(pauses.slice(0, 10)).toEqual(Array(10).fill(5))
    expect(pauses.at(-1)).toBe(15)
    expect(pauses).toEqual([...pauses].sort((a, b) => Number(a) - Number(b)))
    tells(listener.notice('2'))
    listener.forward(15)
    await listener.work(feed)
    expect(await listener.againIn()).toBe(5)
  })

  test('before anything was told is done every quarter of a minute', async () => {
    await listener.work(tellingFeed().feed)
    expect(await listener.againIn()).toBe(15)
    expect(await listener.position()).toBeNull()
  })

  test('ends where the connector has no feed', async () => {
    await listener.work(null)
    expect(await listener.againIn()).toBeUndefined()
  })
})

describe('two processes', () => {
  test('that read the same store it once', async () => {
    const { feed, tells } = tellingFeed()
    tells(listener.notice('1'))
    const late = says(async (position) => {
      const read = await feed.read(position)
      // The lease has run out, and somebody else has read on meanwhile.
      listener.forward(13)
      tells(listener.notice('2'))
      await listener.work(feed)
      return { ...read, notices: [listener.notice('of the loser')] }
    })
    await listener.work(late)
    expect(await listener.position()).toBe('2')
    expect(await listener.due('fetch')).toEqual(['1', '2'])
  })

  test('one of which is killed lose nothing', async () => {
    const { feed, tells } = tellingFeed()
    tells(listener.notice('1'))
    const broken = { ...listener.notice('1'), at: 'x' }
    // What no connector gives: a time that the database refuses.
    const killed = saysOnce({ notices: [broken as unknown as Notice], position: '1' })
    await listener.work(killed)
    expect(await listener.position()).toBeUndefined()
    await listener.wait()
    await listener.work(feed)
    expect(await listener.due('fetch')).toEqual(['1'])
  })

  test('do not take up a position of a former life', async () => {
    const { feed, tells } = tellingFeed()
    tells(listener.notice('1'))
    await listener.work(feed)
    listener.forward(5)
    await listener.work(
      says(async () => {
        await beginNewLife(database.db, listener.id)
        return pageOf({ notices: [listener.notice('2')], position: '2' })
      }),
    )
    expect(await listener.position()).toBeUndefined()
  })
})

test('begins with the installation', async () => {
  const tokens = { accessToken: 'a', refreshToken: 'r', expiresAt: new Date('2030-01-01') }
  const account = async () => ({ accountId: 'new', timeZone: 'UTC', uiDomain: 'crm.example' })
  const deps = stageDeps(database.db, listener.clock)
  const parts = {
    ...deps,
    box: createSecretBox(TEST_SECRET),
    starterModel: titleModelText('first', 60),
  }
  const connector = { crm: 'salesforce', journal: null }
  for (const events of [null, tellingFeed().feed]) {
    const connect = () => ({ ...unusedConnection, account, events })
    // Installing needs no other part of a connector.
    const small = { ...connector, connect } as unknown as Connector
    const grant = { tokens, accountId: 'new', scopes: [], notGranted: [] }
    const { id } = await install(parts, small, grant)
    const { rows } = await sql<{ kind: string; id: string; at: Date }>`
      select subject_kind as kind, subject_id as id, due_at as at from due
      where installation_id = ${id} and stage = 'listen'`.execute(database.db)
    expect(rows).toEqual(events ? [{ kind: 'feed', id: 'events', at: NOW }] : [])
  }
  expect(deps.woken).toEqual(['sync', 'sync', 'listen'])
})
