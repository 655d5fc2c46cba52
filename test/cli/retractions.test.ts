import { beforeAll, describe, expect, test } from 'vitest'
import { retractScannerClicks } from '../../jobs/retract-scanner-clicks.ts'
import { upsertActivities } from '../../src/store/activities.ts'
import { upsertPeople } from '../../src/store/subjects.ts'
import { plumbline } from '../helpers/cli.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const LATER = new Date('2026-11-23T12:00:00Z')

describe('plumbline retractions', () => {
  const database = useDatabase()
  const run = (...args: string[]) =>
    plumbline(['retractions', ...args], { DATABASE_URL: database.url }).ended

  test('says that there are none', async () => {
    const { code, stdout } = await run()
    expect(code).toBe(0)
    expect(stdout).toContain('No click has been taken')
    expect(JSON.parse((await run('--json')).stdout)).toEqual([])
  })

  describe('with two', () => {
    beforeAll(async () => {
      const { id } = await makeInstallation(database.db)
      const facts = { first_name: 'Ada', last_name: 'Example' }
      await upsertPeople(database.db, id, [{ id: '7', facts, createdAt: NOW, updatedAt: NOW }], NOW)
      for (const [sourceId, at] of [
        ['first', NOW],
        ['second', LATER],
      ] as const) {
        const activity = { personId: '7', type: 'email_click', attributes: {} }
        await upsertActivities(database.db, id, [{ ...activity, sourceId, occurredAt: at }], at)
        const found = { ...activity, id: sourceId, at: at.getTime(), reason: 'burst' }
        await retractScannerClicks(database.db, id, [found], 'abc123', at)
      }
    })

    test('shows the newest first: whose, and why', async () => {
      const { stdout } = await run()
      expect(stdout).toMatch(
        /2026-11-23 12:00 .* 7 .*Ada Example .*1 activity .*many links at once .*abc123/,
      )
      expect(stdout.indexOf('2026-11-23')).toBeLessThan(stdout.indexOf('2026-11-22'))
    })

    test('as JSON names every activity', async () => {
      const list: unknown = JSON.parse((await run('--json', '--limit', '1')).stdout)
      expect(list).toMatchObject([
        {
          at: LATER.toISOString(),
          personId: '7',
          name: 'Ada Example',
          rule: 'abc123',
          activities: [{ id: 'second', type: 'email_click', reason: 'burst' }],
        },
      ])
    })
  })
})
