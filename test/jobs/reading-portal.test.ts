import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { requestSync } from '../../jobs/schedule.ts'
import type { Plumbline } from '../../src/main.ts'
import type { Installation } from '../../src/store/installations.ts'
import { publish } from '../../src/store/models.ts'
import { changeSettings } from '../../src/store/settings.ts'
import type { RunKind } from '../../src/store/sync-runs.ts'
import { useDatabase } from '../helpers/database.ts'
import { titleModelText } from '../helpers/model-texts.ts'
import {
  installIn,
  startPortal,
  type TestPortal,
  testConfig,
  untilQuiet,
} from '../helpers/portal.ts'
import { startStack } from '../helpers/stack.ts'

const ROUTED = 'routing: [ { when: { person.website: { exists: true } }, to: web } ]'

describe('a portal that is read again and again', () => {
  const database = useDatabase()
  let portal: TestPortal
  let plumbline: Plumbline
  let installation: Installation
  beforeAll(async () => {
    portal = await startPortal(60)
  })
  afterAll(() => portal.close())

  const readAgain = async (kind: RunKind) => {
    const since = new Date()
    await requestSync(plumbline.db, installation.id, kind, since)
    await plumbline.deps.wake('sync', installation.id)
    await untilQuiet(plumbline, installation.id, since)
  }
  const people = async () => {
    const { rows } = await sql<{ id: string; gone: boolean; scored: boolean }>`
      select p.id, p.deleted_at is not null as gone, s.person_id is not null as scored
      from person p left join score s on s.installation_id = p.installation_id and s.person_id = p.id
      where p.installation_id = ${installation.id} and p.merged_into is null
      order by p.id`.execute(database.db)
    return rows
  }
  const stateOf = async (id: string) => (await people()).find((each) => each.id === id)

  test('follows it: erased without a trace, deleted, restored, own fields, a mapping', async () => {
    plumbline = await startStack(await testConfig(database.url, portal, null))
    installation = await installIn(plumbline)
    await untilQuiet(plumbline, installation.id, new Date(0))
    const [erased, deleted, shown] = (await people()).filter(({ gone }) => !gone)
    if (!erased || !deleted || !shown) throw new Error('the portal has people')

    await portal.mutate({ op: 'forget', type: 'contacts', id: erased.id, silent: true })
    await portal.mutate({ op: 'archive', type: 'contacts', id: deleted.id })
    await readAgain('full')
    expect(await stateOf(erased.id)).toMatchObject({ gone: true, scored: false })
    expect(await stateOf(deleted.id)).toMatchObject({ gone: true, scored: false })

    await portal.mutate({ op: 'restore', type: 'contacts', id: deleted.id })
    await readAgain('delta')
    expect(await stateOf(deleted.id)).toMatchObject({ gone: false, scored: true })

    const properties = {
      website: 'https://acme.example',
      recent_conversion_event_name: 'Request a demo',
      recent_conversion_date: '2026-11-01T10:00:00Z',
    }
    const past = Date.now() - 30 * 86_400_000
    await portal.mutate({ op: 'update', type: 'contacts', id: shown.id, properties, at: past })
    const by = { actor: 'ann', reason: null, at: new Date() }
    await publish(database.db, installation.id, titleModelText('web', 60, ROUTED), by)
    const mapping = { forms: [{ name: '*demo*', is: 'call_wanted' }] }
    await changeSettings(database.db, installation.id, { mapping }, new Date())
    await readAgain('delta')
    const { rows: facts } = await sql<{ website: string }>`
      select facts->>'website' as website from person
      where installation_id = ${installation.id} and id = ${shown.id}`.execute(database.db)
    expect(facts).toEqual([{ website: 'https://acme.example' }])
    const { rows: activities } = await sql<{ type: string }>`
      select type from activity where installation_id = ${installation.id}
        and person_id = ${shown.id} and occurred_at = '2026-11-01T10:00:00Z'`.execute(database.db)
    expect(activities).toEqual([{ type: 'call_wanted' }])
  })
})
