import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { parseScannerRule } from '../../config/scanner-rule.ts'
import { redoRetractions } from '../../jobs/retract-scanner-clicks.ts'
import { score } from '../../jobs/score.ts'
import type { ActivityRecord } from '../../src/leads/records.ts'
import { moveActivities, retractActivities, upsertActivities } from '../../src/store/activities.ts'
import { auditOf } from '../../src/store/audit.ts'
import { claim, mark } from '../../src/store/due.ts'
import { setDuplicateRule } from '../../src/store/duplicates.ts'
import { addFactVersions } from '../../src/store/fact-versions.ts'
import { savePersonKeys } from '../../src/store/identity.ts'
import type { Installation } from '../../src/store/installations.ts'
import { mergeSubjects, upsertPeople } from '../../src/store/subjects.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { movableClock, stageDeps } from '../helpers/deps.ts'
import { shippedScannerRule } from '../helpers/portal.ts'

const EVENING = 8 * 3_600_000
const NOW = new Date('2026-11-22T12:00:00Z')
const LATER = new Date('2026-11-23T12:00:00Z')
const DELIVERED = Date.parse('2026-11-22T09:00:00Z')
const OFF = parseScannerRule('enabled: false', 'off.yaml')

describe('clicks of mail security scanners', () => {
  const database = useDatabase()
  let installation: Installation
  beforeEach(async () => {
    installation = await makeInstallation(database.db)
    await sql`delete from applied_rule`.execute(database.db)
  })

  const addPerson = async (id: string) => {
    const facts = { seniority: 'vp', email_kind: 'business' }
    const record = { id, facts, createdAt: NOW, updatedAt: NOW }
    await upsertPeople(database.db, installation.id, [record], NOW)
    await addFactVersions(database.db, installation.id, 'person', [{ id, facts }], NOW)
  }
  const read = (activities: readonly ActivityRecord[], at = NOW) =>
    upsertActivities(database.db, installation.id, activities, at)
  const scoreAt = async (ids: readonly string[], at = NOW, rule = shippedScannerRule()) => {
    await mark(database.db, installation.id, 'score', 'person', ids, at)
    const deps = stageDeps(database.db, movableClock(at), { scannerRule: rule })
    await score({ installationId: installation.id }, deps)
  }
  const redo = (rule: ReturnType<typeof shippedScannerRule>, at = NOW) =>
    redoRetractions({ db: database.db, clock: movableClock(at), scannerRule: rule })
  const duePeople = async (at = LATER) => {
    const claims = await claim(database.db, installation.id, 'score', 100, at)
    return claims.map(({ id }) => id).toSorted()
  }
  const forget = () =>
    sql`delete from due where installation_id = ${installation.id}`.execute(database.db)
  const engagement = async (id: string) => {
    const { rows } = await sql<{ engagement: number }>`
      select (result->>'engagement')::float8 as engagement from score_receipt
      where installation_id = ${installation.id} and person_id = ${id}
      order by id desc limit 1`.execute(database.db)
    return rows[0]?.engagement
  }
  /** The newest receipt of a person as text, with the hash of what it rests on. */
  const receipt = async (id: string) => {
    const { rows } = await sql<{ result: string; inputs_hash: string }>`
      select result::text, inputs_hash from score_receipt
      where installation_id = ${installation.id} and person_id = ${id}
      order by id desc limit 1`.execute(database.db)
    return rows[0]
  }
  const retracted = async (id: string) => {
    const { rows } = await sql<{ source_id: string; retracted_by: string | null }>`
      select source_id, retracted_by from activity where installation_id = ${installation.id}
        and person_id = ${id} and retracted_at is not null order by source_id`.execute(database.db)
    return Object.fromEntries(rows.map((row) => [row.source_id, row.retracted_by]))
  }

  test('leave no trace in the score, and one in the audit log', async () => {
    await addPerson('bitten')
    await addPerson('twin')
    await read([...burst('bitten'), visit('bitten'), visit('twin')])
    await scoreAt(['bitten', 'twin'])

    expect(await receipt('twin')).toBeDefined()
    expect(await receipt('bitten')).toEqual(await receipt('twin'))
    const { version } = shippedScannerRule()
    expect(await retracted('bitten')).toEqual({
      'click-0': `scanner:${version}:too_soon`,
      'click-1': `scanner:${version}:too_soon`,
      'click-2': `scanner:${version}:too_soon`,
      'click-3': `scanner:${version}:too_soon`,
    })
    const audit = await auditOf(database.db, installation.id, 'activity.retracted', 10)
    expect(audit).toMatchObject([{ actor: 'plumbline', kind: 'person', id: 'bitten', at: NOW }])
    expect(audit[0]?.details).toEqual({
      rule: version,
      activities: [0, 1, 2, 3].map((n) => ({
        id: `click-${n}`,
        type: 'email_click',
        at: new Date(DELIVERED + 1_000 + n * 100).toISOString(),
        reason: 'too_soon',
      })),
    })
  })

  test('that were counted before the rule was there are taken back', async () => {
    await addPerson('bitten')
    await addPerson('twin')
    await read([...burst('bitten'), visit('bitten'), visit('twin')])
    await scoreAt(['bitten', 'twin'], NOW, OFF)
    expect(await engagement('bitten')).not.toBe(await engagement('twin'))
    await sql`delete from score_receipt where person_id = 'twin'`.execute(database.db)
    await sql`delete from score where person_id = 'twin'`.execute(database.db)
    await sql`update score set stage = 'nurture' where person_id = 'bitten'`.execute(database.db)
    await scoreAt(['bitten', 'twin'], LATER)
    expect(await receipt('bitten')).toEqual(await receipt('twin'))
  })

  test('stay away when the source is read again, and nobody is scored for it', async () => {
    await addPerson('1')
    await read(burst('1'))
    await scoreAt(['1'])
    expect(await read(burst('1'), LATER)).toEqual([])
    expect(Object.keys(await retracted('1'))).toHaveLength(4)
  })

  test('are judged anew where the source says something else of one', async () => {
    await addPerson('1')
    await read(burst('1'))
    await scoreAt(['1'])
    expect(await read([click('1', 'click-0', '/a', EVENING)], LATER)).toEqual(['1'])
    await scoreAt(['1'], LATER)
    expect(Object.keys(await retracted('1'))).toEqual(['click-1', 'click-2', 'click-3'])
    expect(await engagement('1')).toBeGreaterThan(0)
  })

  test('are one burst with those that were read earlier', async () => {
    await addPerson('1')
    await read(burst('1'))
    await scoreAt(['1'])
    await read([click('1', 'late', '/d', 1_900)], LATER)
    await scoreAt(['1'], LATER)
    expect(Object.keys(await retracted('1'))).toContain('late')
    expect(await engagement('1')).toBe(0)
  })

  test('are one burst although two records of the person share it', async () => {
    await addPerson('1')
    await addPerson('2')
    const keys = [{ kind: 'email' as const, key: 'one@example.com' }]
    const both = ['1', '2'].map((id) => ({ id, keys }))
    await savePersonKeys(database.db, installation.id, both)
    const rule = { rule: 'email' as const, actor: 'test', at: NOW }
    await setDuplicateRule(database.db, installation.id, rule)
    const [first, ...others] = burst('1')
    await read([...others, ...(first ? [{ ...first, personId: '2' }] : [])])
    await scoreAt(['1', '2'])
    expect(Object.keys(await retracted('1'))).toEqual(['click-1', 'click-2', 'click-3'])
    expect(Object.keys(await retracted('2'))).toEqual(['click-0'])
    const audit = await auditOf(database.db, installation.id, 'activity.retracted', 10)
    expect(audit.map(({ id }) => id).toSorted()).toEqual(['1', '2'])

    await read([click('1', 'late', '/d', 1_900)], LATER)
    await scoreAt(['2'], LATER)
    expect(Object.keys(await retracted('1'))).toContain('late')
    expect([await engagement('1'), await engagement('2')]).toEqual([0, 0])
  })

  test('do not take with them what the person clicked in the evening', async () => {
    await addPerson('1')
    await read([...burst('1'), click('1', 'own', '/a', EVENING)])
    await scoreAt(['1'], LATER)
    expect(Object.keys(await retracted('1'))).not.toContain('own')
    expect(await engagement('1')).toBeGreaterThan(0)
  })

  test('come back once when the rule changes, and their people are scored again', async () => {
    await addPerson('1')
    await addPerson('other')
    await read([...burst('1'), visit('other')])
    await redo(shippedScannerRule())
    await scoreAt(['1', 'other'])
    await forget()
    await redo(shippedScannerRule())
    expect(await duePeople()).toEqual([])

    await redo(OFF)
    expect(await retracted('1')).toEqual({})
    expect(await duePeople()).toEqual(['1'])
    const [entry] = await auditOf(database.db, installation.id, 'activity.reinstated', 10)
    expect(entry).toMatchObject({ id: '1', details: { rule: OFF.version } })
    await forget()
    await redo(OFF)
    expect(await duePeople()).toEqual([])

    await scoreAt(['1'], LATER, OFF)
    expect(await engagement('1')).toBeGreaterThan(0)
  })

  test('a new rule looks again at everybody of whom there is evidence, and at nobody else', async () => {
    await addPerson('evidence')
    await addPerson('rollup')
    const plain = { sourceId: 'rollup:email_click:1', type: 'email_click', attributes: {} }
    await read([...burst('evidence'), { ...plain, personId: 'rollup', occurredAt: NOW }])
    await redo(OFF)
    await forget()
    await redo(shippedScannerRule())
    expect(await duePeople()).toEqual(['evidence'])
  })

  test('a click of which HubSpot rolls up the time alone counts', async () => {
    await addPerson('1')
    const plain = { sourceId: 'rollup:email_click:1', type: 'email_click', attributes: {} }
    await read([{ ...plain, personId: '1', occurredAt: NOW }])
    await scoreAt(['1'])
    expect(await engagement('1')).toBe(3)
  })

  test('stay retracted when their person is merged into another', async () => {
    await addPerson('loser')
    await addPerson('winner')
    await read(burst('loser'))
    await scoreAt(['loser', 'winner'])
    const merge = [{ loser: 'loser', winner: 'winner' }]
    await mergeSubjects(database.db, installation.id, 'person', merge)
    await moveActivities(database.db, installation.id, merge)
    await scoreAt(['winner'], LATER)
    expect(Object.keys(await retracted('winner'))).toHaveLength(4)
    expect(await engagement('winner')).toBe(0)
  })

  test('that the source deletes are no news, and no other rule brings them back', async () => {
    await addPerson('1')
    await read(burst('1'))
    await scoreAt(['1'])
    const gone = [{ id: 'click-0', at: LATER }]
    expect(await retractActivities(database.db, installation.id, gone)).toEqual([])
    await redo(OFF)
    expect(await retracted('1')).toEqual({ 'click-0': null })
  })
})

/** A click in a mail with four links; `at` in ms after it was delivered. */
function click(personId: string, sourceId: string, link: string, at: number): ActivityRecord {
  return {
    personId,
    sourceId,
    type: 'email_click',
    occurredAt: new Date(DELIVERED + at),
    attributes: {
      email: 'campaign-7',
      link,
      links: 4,
      delivered_at: new Date(DELIVERED).toISOString(),
    },
  }
}

/** All four links, one second after the mail was delivered. */
function burst(personId: string): ActivityRecord[] {
  return ['/a', '/b', '/c', '/d'].map((link, index) =>
    click(personId, `click-${index}`, link, 1_000 + index * 100),
  )
}

function visit(personId: string): ActivityRecord {
  return {
    personId,
    sourceId: 'visit',
    type: 'page_view',
    occurredAt: new Date(DELIVERED - 86_400_000),
    attributes: { path: '/pricing' },
  }
}
