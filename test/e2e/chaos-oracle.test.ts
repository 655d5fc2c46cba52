import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SandboxProcess } from '../../src/cli/demo/sandbox-process.ts'
import type { Db } from '../../src/store/database.ts'
import { judge } from '../chaos/oracle.ts'
import type { ChaosStage, CrmStage, Verdict } from '../chaos/types.ts'
import { useDatabase } from '../helpers/database.ts'
import {
  answering,
  CRMS,
  type Crm,
  fieldsOf,
  finishedWorld,
  hubspotRecord,
  type Instead,
  judgeSpoilt,
  PEOPLE,
  retitle,
  salesforceRecord,
} from './chaos-world.ts'

describe('the judge of a chaos run', () => {
  const database = useDatabase()
  const sandboxes: SandboxProcess[] = []
  let directory: string
  let stage: ChaosStage
  beforeAll(async () => {
    directory = await mkdtemp(path.join(os.tmpdir(), 'plumbline-judge-'))
    stage = await finishedWorld(database, directory, sandboxes)
  })
  afterAll(async () => {
    await Promise.all(sandboxes.map((sandbox) => sandbox.stop()))
    await rm(directory, { recursive: true, force: true })
  })

  const installationOf = (crm: Crm) => stageOf(crm).installationId
  function stageOf(crm: Crm): CrmStage {
    const found = stage.crms.find((each) => each.crm === crm)
    if (!found) throw new Error(`there is no ${crm}`)
    return found
  }
  const spoilt = (spoil: (db: Db) => Promise<unknown>) => judgeSpoilt(stage, spoil)
  /** The verdict where some levers of a CRM answer something else. */
  function told(crm: Crm, instead: Instead): Promise<Verdict> {
    const crms = stage.crms.map((each) => (each.crm === crm ? answering(each, instead) : each))
    return judge({ ...stage, crms })
  }
  const onePerson = async (crm: Crm) => {
    const { rows } = await sql<{ id: string }>`select person_id as id from score
      where installation_id = ${installationOf(crm)} and account_id is not null
      order by score desc, person_id limit 1`.execute(stage.db)
    return rows[0]?.id ?? ''
  }

  test('has nothing to say about a finished world', async () => {
    const verdict = await judge(stage)
    expect(verdict).toMatchObject({ lost: [], duplicates: [], broken: [] })
    expect(verdict.checked).toMatchObject({ people: 2 * PEOPLE, unjudged: 0, repeats: 0 })
    expect(verdict.checked['companies']).toBeGreaterThan(10)
    expect(verdict.checked['receipts']).toBe(verdict.checked['written'])
  })

  describe.each(CRMS)('%s', (crm) => {
    test('finds a change that never came', async () => {
      const id = await onePerson(crm)
      const { undo } = await retitle(stageOf(crm), id)
      const { lost, duplicates, broken } = await judge(stage)
      await undo()
      expect(lost.length).toBeGreaterThan(0)
      expect(lost.filter((line) => line.includes(`${crm}: ${id} plumbline_`))).not.toEqual([])
      expect([...duplicates, ...broken]).toEqual([])
    })

    test('finds a value that stands in the CRM and is not the one of the score', async () => {
      const id = await onePerson(crm)
      const verdict = await spoilt((db) =>
        sql`update written set written_values = written_values || '{"plumbline_grade": "X"}'
          where subject_id = ${id}`.execute(db),
      )
      expect(verdict.lost).toEqual([
        expect.stringContaining(`${crm}: ${id} was scored and not written: plumbline_grade`),
        expect.stringContaining(`${crm}: ${id} does not carry what was written: plumbline_grade`),
      ])
    })

    test('finds a write that was acknowledged and not there when it was read', async () => {
      const id = await onePerson(crm)
      const verdict = await spoilt((db) =>
        sql`insert into field_overwrite (installation_id, subject_kind, subject_id, field, ours, theirs, seen_at,
          settled_at) values (${installationOf(crm)}, 'person', ${id}, 'plumbline_tier', 'A', 'B', now(), now())`.execute(
          db,
        ),
      )
      expect(verdict.lost).toEqual([
        `${crm}: ${id} plumbline_tier: "A" was acknowledged, and "B" was found`,
      ])
    })

    test('finds somebody who is missing, and somebody who is not there', async () => {
      const id = await onePerson(crm)
      const verdict = await spoilt((db) =>
        sql`update person set id = id || 'x' where id = ${id}`.execute(db),
      )
      expect(verdict.lost).toEqual([
        `${crm}: person ${id} is missing here`,
        `${crm}: person ${id}x lives here and not in the CRM`,
      ])
    })

    test('finds a score that was lost', async () => {
      const id = await onePerson(crm)
      const verdict = await spoilt((db) =>
        sql`delete from score where person_id = ${id}`.execute(db),
      )
      expect(verdict.lost).toContain(`${crm}: ${id} was never scored or written`)
    })

    test('finds an account that was not scored again', async () => {
      const { rows } = await sql<{ id: string }>`select company_id as id from account_score
        where installation_id = ${installationOf(crm)} and score > 0 limit 1`.execute(stage.db)
      const id = rows[0]?.id ?? ''
      const verdict = await spoilt((db) =>
        sql`update account_score set as_of = '2040-01-01' where company_id = ${id}`.execute(db),
      )
      expect(verdict.lost.join('\n')).toContain(`${crm}: company ${id} plumbline_account_score`)
      expect(verdict.lost.join('\n')).toContain(`${crm}: the score of ${id} has no receipt`)
    })

    test('finds a notice that nobody has followed', async () => {
      const stream = crm === 'hubspot' ? 'contacts' : 'Lead'
      const id = await onePerson(crm)
      const verdict = await spoilt(async (db) => {
        await sql`update person set id = 'x' where id = ${id}`.execute(db)
        await sql`insert into inbox values (${installationOf(crm)}, 'key', 'record', ${stream}, ${id}, now(), now(),
          'webhook'), (${installationOf(crm)}, 'gone', 'record', ${stream}, 'nobody', now(), now(), 'webhook')`.execute(
          db,
        )
      })
      expect(verdict.lost).toContain(`${crm}: the notice of ${stream} ${id} is unknown`)
      expect(verdict.checked['notices gone']).toBe(1)
    })

    test('finds work that waits, is leased, or was refused', async () => {
      const verdict = await spoilt(async (db) => {
        await sql`insert into due values (${installationOf(crm)}, 'write_back', 'person', '1', now(), 1, 0, 'late',
          now() + interval '1 minute')`.execute(db)
        await sql`insert into rejection (installation_id, stage, subject_kind, subject_id, reason, rejected_at,
          first_rejected_at) values (${installationOf(crm)}, 'score', 'person', '2', 'why', now(), now())`.execute(
          db,
        )
      })
      expect(verdict.broken).toEqual([
        `${crm}: 1 rows of write_back still wait (late)`,
        `${crm}: 1 rows are still leased`,
        `${crm}: score of 2 is still refused: why`,
      ])
      expect(verdict.lost).toEqual([])
    })

    test('finds a receipt that is missing, or kept twice', async () => {
      const id = await onePerson(crm)
      const without = await spoilt((db) =>
        sql`delete from score_receipt where person_id = ${id}`.execute(db),
      )
      expect(without.lost).toEqual([`${crm}: the score of ${id} has no receipt`])
      const twice = await spoilt((db) =>
        sql`insert into score_receipt (installation_id, person_id, model, as_of, inputs_hash, previous, result)
          select installation_id, person_id, model, as_of, inputs_hash, '{}', result
          from score_receipt where person_id = ${id}`.execute(db),
      )
      expect(twice.duplicates).toEqual([
        `${crm}: ${id} has 1 receipts that say what the one before says`,
      ])
    })

    test('finds a score that was overtaken by an older one', async () => {
      const [name, at, type] = fieldsOf(crm)
      const write = (seq: number, moment: string, score: number) => ({
        ...{ seq, type, id: '7', changed: [name], at: 0 },
        values: { [name]: score, [at]: moment },
      })
      const writes = [
        write(1, '2026-01-01T00:00:02.000Z', 10),
        write(2, '2026-01-01T00:00:01.000Z', 20),
        write(3, '2026-01-01T00:00:01.000Z', 30),
      ]
      const { duplicates } = await told(crm, { __writes: () => ({ writes, last: 3 }) })
      expect(duplicates).toEqual([
        `${crm}: ${type} 7 went back from the score of 2026-01-01T00:00:02.000Z to that of 2026-01-01T00:00:01.000Z`,
        `${crm}: ${type} 7 plumbline_score: one score was written as "20" and as "30"`,
      ])
    })

    test('counts values that are written where they stand, and objects to very many', async () => {
      const [name, at, type] = fieldsOf(crm)
      const writes = Array.from({ length: 60 }, (_, index) => ({
        ...{ seq: index + 1, type, id: '7', changed: index % 2 === 0 ? [name] : [], at: 0 },
        values: { [name]: index, [at]: new Date(index * 1_000).toISOString() },
      }))
      const few = await told(crm, { __writes: () => ({ writes: writes.slice(0, 10), last: 10 }) })
      expect(few).toMatchObject({ checked: { repeats: 5 }, duplicates: [] })
      const many = await told(crm, { __writes: () => ({ writes, last: 60 }) })
      expect(many.duplicates).toEqual([`${crm}: 30 of 60 writes changed nothing`])
      const others = { plumbline_tier: 'A', plumbline_grade: 'B' }
      const along = writes.map(({ values, ...write }) => {
        return { ...write, changed: [name], values: { ...values, ...others } }
      })
      const wide = await told(crm, { __writes: () => ({ writes: along, last: 60 }) })
      expect(wide.duplicates).toEqual([expect.stringContaining('120 of 180 values')])
    })

    test('finds a row that names a record of the other CRM', async () => {
      const other = await onePerson(crm === 'hubspot' ? 'salesforce' : 'hubspot')
      const verdict = await spoilt((db) =>
        sql`insert into fact_version values (${installationOf(crm)}, 'person', ${other}, now(), '{}')`.execute(
          db,
        ),
      )
      expect(verdict.broken).toEqual([`fact_version of ${crm} names ${other} of another CRM`])
    })

    test('finds whoever was erased and is still here', async () => {
      const id = await onePerson(crm)
      const work = {
        ...stage.work,
        [crm]: { winners: new Set([]), erased: new Set([id]), reconnects: 0 },
      }
      const { lost } = await judge({ ...stage, work })
      expect(lost).toContain(`${crm}: erased ${id} is still in person`)
    })

    test('finds a task that was made twice, and one that is not there', async () => {
      const id = await onePerson(crm)
      const text = '<br>Plumbline 0123456789abcdef'
      const task = crm === 'hubspot' ? { hs_task_body: text } : { Description: text, WhoId: id }
      const again = { results: [1, 2].map((n) => hubspotRecord(String(n), task)) }
      const twice = await told(crm, {
        '__records/tasks': () => again,
        '__records?type=Task': () => [1, 2].map((n) => salesforceRecord(`00T${n}`, task)),
      })
      expect(twice.duplicates).toEqual([`${crm}: the task 0123456789abcdef was made 2 times`])
      const missing = await spoilt((db) =>
        sql`insert into task values (${installationOf(crm)}, ${id}, 'A', '1', 'key', now(), now())`.execute(
          db,
        ),
      )
      expect(missing.duplicates).toEqual([`${crm}: the task key is not in the CRM`])
    })
  })

  test('finds an owner who was changed more often than the tier', async () => {
    const values = { OwnerId: '005' }
    const write = { seq: 1, type: 'Lead', id: '7', changed: ['OwnerId'], at: 0, values }
    const tier = { ...write, changed: ['Plumbline_Tier__c'], values: { Plumbline_Tier__c: 'A' } }
    const { duplicates } = await told('salesforce', {
      __writes: () => ({ writes: [tier, write, write], last: 1 }),
    })
    expect(duplicates).toEqual(['salesforce: 7 got 2 owners for 1 tiers'])
  })

  test('finds events that were accepted and not kept, and requests that were refused', async () => {
    const { broken, lost } = await told('hubspot', {
      __webhooks: () => ({ delivered: 4, byStatus: { '200': 1, '413': 2, '503': 1 } }),
    })
    expect(lost).toEqual(['hubspot: 4 events were accepted and are not in the inbox'])
    expect(broken).toEqual(["hubspot: 2 of the CRM's own requests were answered with 413"])
  })

  test('finds calls beyond the limits, and tokens that were presented twice', async () => {
    const beyond = async (overLimit: number) =>
      (await told('hubspot', { __ledger: () => ({ total: 500, overLimit }) })).broken
    expect(await beyond(2)).toEqual([])
    expect(await beyond(3)).toEqual(["hubspot: 3 of 500 calls were beyond the CRM's limits"])
    const tokens = await told('salesforce', { __tokens: () => ({ reuses: 1, revocations: 1 }) })
    expect(tokens.broken.join()).toMatch(/presented twice, 1 times,.*1 grants were revoked/)
  })
})
