import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { auditOf } from '../../src/store/audit.ts'
import { claim, settle } from '../../src/store/due.ts'
import type { Installation } from '../../src/store/installations.ts'
import { reject, resolveRejections } from '../../src/store/rejections.ts'
import { plumbline } from '../helpers/cli.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const LATER = new Date('2026-11-23T12:00:00Z')
const RULE = 'A rule requires "industry"'

describe('plumbline rejections', () => {
  const database = useDatabase()
  let installation: Installation
  const run = (...args: string[]) =>
    plumbline(['rejections', '--installation', installation.accountId, ...args], {
      DATABASE_URL: database.url,
    }).ended
  const refuse = (stage: 'score' | 'write_back', ids: string[], reason: string, at = NOW) =>
    reject(
      database.db,
      installation.id,
      stage,
      ids.map((id) => ({ kind: 'person', id, reason })),
      at,
    )
  const due = async () =>
    (
      await sql<{ what: string }>`select stage || ' ' || subject_id as what from due
        where installation_id = ${installation.id} order by 1`.execute(database.db)
    ).rows.map(({ what }) => what)

  beforeEach(async () => {
    installation = await makeInstallation(database.db)
  })

  test('says that there are none', async () => {
    const { code, stdout } = await run()
    expect(code).toBe(0)
    expect(stdout).toContain('Nothing is rejected')
    const { accountId } = installation
    expect(JSON.parse((await run('--json')).stdout)).toEqual([
      { crm: 'hubspot', accountId, total: 0, rejections: [] },
    ])
  })

  test('names records with one reason together: since when, how often, what comes next', async () => {
    await refuse('write_back', ['1', '2'], RULE)
    await refuse('write_back', ['1'], RULE, LATER)
    await refuse('score', ['3'], 'cannot be scored', LATER)
    await refuse('write_back', ['4'], RULE)
    await resolveRejections(database.db, installation.id, 'write_back', 'person', ['4'], NOW)
    const { stdout } = await run()
    expect(stdout).toContain(': 3 rejected records')
    expect(stdout).toMatch(
      /writing, 2 × person, since 2026-11-22 12:00, refused up to 2 times\n {4}A rule requires "industry"\n {4}2 1/,
    )
    expect(stdout).toMatch(/scoring, person, since 2026-11-23 12:00, refused once/)
    expect(stdout).toContain('--replay')
  })

  test('as JSON names every record with its reason, of one stage where asked, the latest first', async () => {
    await refuse('write_back', ['1', '2', '3'], RULE)
    await refuse('score', ['1'], 'cannot be scored')
    const [report] = JSON.parse(
      (await run('--json', '--stage', 'write_back', '--limit', '2')).stdout,
    ) as { total: number; rejections: object[] }[]
    expect(report?.total).toBe(3)
    expect(report?.rejections).toHaveLength(2)
    expect(report?.rejections[0]).toEqual({
      stage: 'write_back',
      kind: 'person',
      id: '3',
      reason: RULE,
      since: NOW.toISOString(),
      latest: NOW.toISOString(),
      attempts: 1,
      dueAt: null,
    })
  })

  test('tries all of them again, and notes who asked for it', async () => {
    await refuse('write_back', ['1', '2'], RULE)
    await refuse('score', ['3'], 'cannot be scored')
    const { stdout } = await run('--replay')
    expect(stdout).toContain('3 records will be tried again')
    expect(await due()).toEqual(['score 3', 'write_back 1', 'write_back 2'])
    const [entry] = await auditOf(database.db, installation.id, 'rejections.replayed', 1)
    expect(entry?.details).toEqual({
      stage: null,
      ids: null,
      byStage: { score: 1, write_back: 2 },
    })
    // They stay open until they pass.
    expect((await run()).stdout).toContain(': 3 rejected records')
    const claims = await claim(database.db, installation.id, 'write_back', 10, new Date())
    await settle(
      database.db,
      installation.id,
      'write_back',
      claims.map((claim) => ({ claim })),
    )
    expect(await due()).toEqual(['score 3'])
  })

  test('tries only those again that are named, and says which were no case', async () => {
    await refuse('write_back', ['1', '2'], RULE)
    const { stdout } = await run('--replay', '2', '99')
    expect(stdout).toContain('1 record will be tried again')
    expect(stdout).toContain('1 record of those given had not been rejected')
    expect(await due()).toEqual(['write_back 2'])
    const answer = JSON.parse((await run('--json', '--replay', '1')).stdout)
    expect(answer).toMatchObject({ replayed: 1, byStage: { write_back: 1 } })
  })

  test('an unknown stage is named together with the right ones', async () => {
    const { code, stderr } = await run('--stage', 'writing')
    expect(code).toBe(1)
    expect(stderr).toContain('write_back')
  })
})
