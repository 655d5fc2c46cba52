import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { publish, saveDraft } from '../../src/store/models.ts'
import { useDatabase } from '../helpers/database.ts'
import { titleModelText } from '../helpers/model-texts.ts'
import { BY_ANN, minute, person, useSmallAccount } from './sync-stage.ts'

const TERRITORY = 'routing: [ { when: { company.territory: south }, to: south } ]'

describe('which reading comes next', () => {
  const database = useDatabase()
  const here = useSmallAccount(database)

  test('windows follow the CRM’s clock where ours is fast, so that none opens after the one before closed', async () => {
    here.crm.lags(60 * 60_000)
    await here.ask('full', minute(0))
    await here.work(minute(60))
    here.crm.lags(0)
    await here.ask('delta', minute(1))
    await here.work(minute(10))
    const window = { since: minute(-5), until: minute(10) }
    expect((await here.runs()).at(-1)).toEqual({ kind: 'delta', ...window })
    expect(here.crm.asked.at(-1)).toEqual({ stream: 'contacts', window })
  })

  test('what the customer wants is asked anew before anything is read', async () => {
    await here.ask('full', minute(0))
    const before = here.crm.forgotten()
    await here.work(minute(0))
    expect(here.crm.forgotten()).toBeGreaterThan(before)
  })

  describe('the late pass', () => {
    beforeEach(async () => {
      await here.ask('full', minute(0))
      await here.ask('delta', minute(5))
      await here.work(minute(0))
    })

    test('is due an hour after the first reading, without anybody asking for it', async () => {
      const sync = await here.dueAt('sync')
      expect(sync.find(({ id }) => id === 'late')?.at).toEqual(minute(60))
    })

    test('reads from where its last one ended until half an hour ago, each stream once', async () => {
      await here.work(minute(5))
      await here.work(minute(60))
      await sql`update due set due_at = ${minute(999)} where subject_id = 'delta'`.execute(
        database.db,
      )
      await here.work(minute(60))
      await here.work(minute(121))
      const late = (await here.runs()).filter(({ kind }) => kind === 'late')
      expect(late).toEqual([
        // The full reading at minute 0 used no search.
        { kind: 'late', since: minute(-30), until: minute(30) },
        { kind: 'late', since: minute(0), until: minute(91) },
      ])
      expect(here.crm.asked).toEqual([
        { stream: 'companies', window: { since: minute(0), until: minute(91) } },
        { stream: 'contacts', window: { since: minute(0), until: minute(91) } },
      ])
    })

    test('does not go before the changes', async () => {
      await here.work(minute(60))
      expect((await here.runs()).map(({ kind }) => kind)).toEqual(['full', 'delta', 'late'])
      await here.work(minute(65))
      expect((await here.runs()).at(-1)).toEqual({
        kind: 'delta',
        since: minute(55),
        until: minute(65),
      })
    })

    test('a full reading takes its place', async () => {
      await here.ask('full', minute(60))
      await here.work(minute(60))
      expect((await here.runs()).map(({ kind }) => kind)).toEqual(['full', 'full'])
      const sync = await here.dueAt('sync')
      expect(sync.find(({ id }) => id === 'late')?.at).toEqual(minute(120))
    })

    test('brings what the index showed too late', async () => {
      await here.work(minute(40))
      here.crm.changes('contacts', { people: [person('late-one', minute(20))], records: 1 })
      await sql`update due set due_at = ${minute(999)} where subject_id = 'delta'`.execute(
        database.db,
      )
      expect(await here.work(minute(60))).toContain('enrich')
      expect(await here.alive('late-one')).toEqual(['late-one'])
      // It has not read what changed since half an hour ago; the next reading begins where the last one did.
      await here.ask('delta', minute(70))
      await here.work(minute(70))
      expect((await here.runs()).at(-1)).toMatchObject({ kind: 'delta', since: minute(35) })
    })
  })

  describe('fields that a model asks for', () => {
    beforeEach(async () => {
      await here.ask('full', minute(0))
      await here.work(minute(0))
      await here.ask('delta', minute(5))
      await here.work(minute(5))
    })
    const again = async (at: Date) => {
      await here.ask('delta', at)
      await here.work(at)
      return (await here.runs()).at(-1)?.kind
    }

    test('everybody is read again when there is a new one, once', async () => {
      expect((await here.runs()).map(({ kind }) => kind)).toEqual(['full', 'delta'])
      await publish(database.db, here.id, titleModelText('south', 60, TERRITORY), BY_ANN)
      expect(await again(minute(10))).toBe('full')
      expect(await again(minute(15))).toBe('delta')
    })

    test('a draft counts, a model without new fields does not', async () => {
      await publish(database.db, here.id, titleModelText('second', 70), BY_ANN)
      expect(await again(minute(10))).toBe('delta')
      await saveDraft(database.db, here.id, titleModelText('d', 60, TERRITORY), minute(11))
      expect(await again(minute(15))).toBe('full')
    })

    test('a field that was given up and comes back is read again', async () => {
      await publish(database.db, here.id, titleModelText('south', 60, TERRITORY), BY_ANN)
      expect(await again(minute(10))).toBe('full')
      await publish(database.db, here.id, titleModelText('third', 50), BY_ANN)
      expect(await again(minute(15))).toBe('delta')
      await publish(database.db, here.id, titleModelText('south', 60, TERRITORY), BY_ANN)
      expect(await again(minute(20))).toBe('full')
    })
  })
})
