import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createCrmAccess } from '../../jobs/connections.ts'
import { keepAlive } from '../../jobs/keep-alive.ts'
import { type Installation, saveInstallation, setStatus } from '../../src/store/installations.ts'
import { createSecretBox } from '../../src/store/secret-box.ts'
import { openStage, type Stage } from '../connectors/salesforce/stage.ts'
import { useDatabase } from '../helpers/database.ts'
import { TEST_SECRET } from '../helpers/secret.ts'

const DAY_MS = 86_400_000
const box = createSecretBox(TEST_SECRET)
const log = pino({ level: 'silent' })

describe('a paused account', () => {
  const database = useDatabase()
  let stage: Stage
  let installation: Installation
  beforeEach(async () => {
    stage = await openStage()
    const account = { crm: 'salesforce', timeZone: 'UTC', uiDomain: 'org.example' }
    const now = stage.clock.now()
    installation = await saveInstallation(database.db, box, { ...stage.grant, ...account }, now)
    await setStatus(database.db, installation.id, 'paused', 'by hand', now)
  })
  afterEach(() => stage.close())

  const crm = () => {
    const connectors = new Map([['salesforce', stage.connector]])
    return createCrmAccess({ dbOf: () => database.db, box, clock: stage.clock, log, connectors })
  }

  test('stays connected for as long as it is paused', async () => {
    const access = crm()
    for (let month = 0; month < 3; month += 1) {
      stage.clock.forward(20 * DAY_MS)
      await keepAlive({ db: database.db, log, crm: access })
    }
    stage.clock.forward(20 * DAY_MS)
    await expect(access.open(installation).connection.account()).resolves.toHaveProperty(
      'accountId',
      installation.accountId,
    )
  })

  test('would end after a month without a word', async () => {
    stage.clock.forward(31 * DAY_MS)
    const answer = crm().open(installation).connection.account()
    await expect(answer).rejects.toMatchObject({ name: 'CrmDisconnected' })
  })

  test('that does not answer keeps no other from being asked', async () => {
    const asked: string[] = []
    const access = crm()
    const open = access.open.bind(access)
    const failing = {
      ...access,
      open(each: Installation) {
        asked.push(each.id)
        if (each.id === installation.id) throw new Error('no connector')
        return open(each)
      },
    }
    const second = await saveInstallation(
      database.db,
      box,
      { ...stage.grant, accountId: 'other', crm: 'salesforce', timeZone: 'UTC', uiDomain: 'x' },
      stage.clock.now(),
    )
    await setStatus(database.db, second.id, 'paused', 'by hand', stage.clock.now())
    await keepAlive({ db: database.db, log, crm: failing })
    expect(asked).toContain(second.id)
  })
})
