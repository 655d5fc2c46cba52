import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { openDatabase } from '../../src/store/database.ts'
import { useWebhookServer } from './webhook-stage.ts'

const stage = useWebhookServer()
const { post, event, stored, woken } = stage
const events = (count: number, changes: object = {}) =>
  JSON.stringify(Array.from({ length: count }, (_, index) => event(index, changes)))

describe('a webhook in bad times', () => {
  async function lockedFor<T>(work: () => Promise<T>): Promise<T> {
    await post(events(1))
    return stage.db.transaction().execute(async (holder) => {
      await sql`select from due for update`.execute(holder)
      return work()
    })
  }

  test('waits a while for a slow database', async () => {
    const { promise: answer, resolve } = Promise.withResolvers<Response | Promise<Response>>()
    await lockedFor(async () => {
      resolve(post(events(2, { eventId: 77 })))
      await sql`select pg_sleep(1)`.execute(stage.db)
    })
    expect((await answer).status).toBe(200)
    expect(await stored()).toEqual({ inbox: 3, due: 2 })
  })

  test('gets 503 in time where the database is slower than a CRM waits, and is stored when it comes again', async () => {
    const body = events(2, { eventId: 77 })
    const began = Date.now()
    const answer = await lockedFor(() => post(body))
    expect(answer.status).toBe(503)
    expect(Date.now() - began).toBeLessThan(4_800)
    expect(await stored()).toEqual({ inbox: 1, due: 1 })
    expect((await post(body)).status).toBe(200)
    expect(await stored()).toEqual({ inbox: 3, due: 2 })
  }, 20_000)

  test('gets 503 in time where no connection is free; what is stored late is stored whole', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    const holders = Array.from({ length: 12 }, () =>
      stage.db.transaction().execute(async (holder) => {
        await sql`select 1`.execute(holder)
        await released
      }),
    )
    const answer = await post(events(5))
    release()
    await Promise.all(holders)
    expect(answer.status).toBe(503)
    await expect.poll(() => woken).toEqual([`fetch ${stage.here().id}`])
    expect(await stored()).toEqual({ inbox: 5, due: 5 })
  }, 20_000)

  test('gets 503 while the database is away', async () => {
    const away = openDatabase('postgres://x:x@127.0.0.1:1/x', () => {})
    await stage.restart(away)
    expect((await post(events(1))).status).toBe(503)
    await away.destroy()
  })

  test('does not need the queue', async () => {
    await stage.restart(stage.db, () => Promise.reject(new Error('the queue is away')))
    expect((await post(events(1))).status).toBe(200)
    await stage.restart(stage.db, () => new Promise(() => {}))
    expect((await post(events(2))).status).toBe(200)
    expect(await stored()).toEqual({ inbox: 3, due: 2 })
  })
})
