import { expect, test } from 'vitest'
import { inTransaction } from '../../src/store/database.ts'
import { moveFeed } from '../../src/store/event-feeds.ts'
import { storeDelivery } from '../../src/store/inbox.ts'
import { plumbline } from '../helpers/cli.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'

const database = useDatabase()

test('plumbline status says when an account told something last', async () => {
  const { id, crm, accountId } = await makeInstallation(database.db)
  const status = () => plumbline(['status'], { DATABASE_URL: database.url }).ended
  expect((await status()).stdout).toContain('0 webhook events and 0 from the journal in 24 hours')
  const now = new Date()
  const about = { what: 'record', stream: 'Lead', id: '1' } as const
  const notices = [{ accountId, key: 'k', at: now, about }]
  await inTransaction(database.db, async (transaction) => {
    await storeDelivery(transaction, { crm, source: 'events', notices, unreadable: 0 }, now)
    await moveFeed(transaction, id, null, {
      position: 'p',
      toldAt: new Date('2026-11-20T09:41:30Z'),
    })
  })
  expect((await status()).stdout).toContain(
    '1 change event in 24 hours, the last at 2026-11-20 09:41 UTC',
  )
})
