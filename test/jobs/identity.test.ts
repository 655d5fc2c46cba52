import { beforeEach, describe, expect, test } from 'vitest'
import { inTransaction } from '../../src/store/database.ts'
import { type DuplicateRule, setDuplicateRule } from '../../src/store/duplicates.ts'
import type { Installation } from '../../src/store/installations.ts'
import { scoringInputs } from '../../src/store/scoring-inputs.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { type MovableClock, movableClock } from '../helpers/deps.ts'
import { type SmallCrm, smallCrm } from '../helpers/small-crm.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const ANN = { email: 'ann@acme.com', first_name: 'Ann', last_name: 'Lee' }
const ACME = { name: 'Acme', domain: 'acme.com', employees: 5000 }

describe('who is who', () => {
  const database = useDatabase()
  let installation: Installation
  let clock: MovableClock
  let crm: SmallCrm
  beforeEach(async () => {
    installation = await makeInstallation(database.db)
    clock = movableClock(NOW)
    crm = smallCrm(database.db, installation, clock)
  })
  const setRule = async (rule: DuplicateRule) => {
    const change = await inTransaction(database.db, (transaction) =>
      setDuplicateRule(transaction, installation.id, { rule, actor: 'test', at: clock.now() }),
    )
    await crm.work()
    return change
  }
  const inputsOf = async (id: string, knownAt?: Date) => {
    const [input] = await scoringInputs(database.db, installation.id, [id], knownAt)
    return input
  }

  describe('two records with one e-mail address', () => {
    beforeEach(() =>
      crm.says({
        people: [
          crm.person('1', { ...ANN, title: 'VP Sales' }),
          crm.person('2', { email: 'Ann@Acme.com' }),
        ],
        activities: [crm.visit('2', 'a'), crm.visit('2', 'b')],
      }),
    )

    test('are scored apart as long as duplicates are only reported', async () => {
      expect(await inputsOf('1')).toMatchObject({ records: ['1'], activities: [] })
      expect(await inputsOf('2')).toMatchObject({ records: ['2'] })
      expect((await crm.score('1'))?.inputsHash).not.toBe((await crm.score('2'))?.inputsHash)
      expect(await crm.identity('1')).toMatchObject({ others: [], account: null })
    })

    test('as one person both have the score of everything that is known', async () => {
      const apart = await crm.score('1')
      expect(await setRule('email')).toEqual({ before: 'report', after: 'email', rescored: 2 })
      const [first, second] = [await crm.score('1'), await crm.score('2')]
      expect(first).toEqual({ ...second, representedBy: null })
      expect(second?.representedBy).toBe('1')
      expect(first?.score).toBeGreaterThan(apart?.score ?? Infinity)
      expect(await crm.identity('2')).toMatchObject({ others: ['1'], basis: ['email'] })
      const one = await inputsOf('1')
      expect(one).toEqual({ ...(await inputsOf('2')), id: '1' })
      expect(one).toMatchObject({ person: { title: 'VP Sales', seniority: 'vp' } })
      expect(one?.activities.map(({ id }) => id)).toEqual(['a', 'b'])
    })

    test('and are apart again when that is undone', async () => {
      const before = [await crm.score('1'), await crm.score('2')]
      await setRule('email')
      expect(await setRule('report')).toMatchObject({ rescored: 2 })
      expect([await crm.score('1'), await crm.score('2')]).toEqual(before)
    })

    test('setting the rule that is set already changes nothing', async () => {
      expect(await setRule('report')).toMatchObject({ before: 'report', rescored: 0 })
    })

    describe('as one person', () => {
      beforeEach(async () => void (await setRule('email')))
      const bothEqual = async () => {
        const [first, second] = [await crm.score('1'), await crm.score('2')]
        expect(first?.inputsHash).toBe(second?.inputsHash)
        return first
      }

      test('an activity of one is an activity of both', async () => {
        const before = await bothEqual()
        await crm.says({ activities: [crm.visit('1', 'c')] })
        expect((await bothEqual())?.inputsHash).not.toBe(before?.inputsHash)
      })

      test('an event that the CRM shows on both happened once', async () => {
        await crm.says({ activities: [crm.visit('1', 'b'), crm.visit('1', 'c')] })
        await crm.says({ activities: [crm.visit('2', 'c')] })
        await bothEqual()
        expect((await inputsOf('2'))?.activities.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
      })

      test('what is known newest counts; an unsubscription of either counts', async () => {
        await crm.says({
          people: [crm.person('1', { ...ANN, title: 'CEO', unsubscribed: true })],
        })
        await crm.says({
          people: [crm.person('2', { email: ANN.email, title: 'CFO', unsubscribed: false })],
        })
        await bothEqual()
        const { person } = (await inputsOf('1')) ?? {}
        expect(person).toMatchObject({ title: 'CFO', unsubscribed: true, last_name: 'Lee' })
      })

      test('facts are those known at a moment', async () => {
        const then = clock.now()
        await crm.says({ people: [crm.person('2', { email: ANN.email, title: 'CFO' })] })
        expect(await inputsOf('1', then)).toMatchObject({ person: { title: 'VP Sales' } })
        expect(await inputsOf('1')).toMatchObject({ person: { title: 'CFO' } })
      })

      test('one that gets another address is another person at once', async () => {
        await crm.says({ people: [crm.person('2', { email: 'bob@acme.com' })] })
        expect(await inputsOf('1')).toMatchObject({ records: ['1'], activities: [] })
        expect((await crm.score('1'))?.inputsHash).not.toBe((await crm.score('2'))?.inputsHash)
        expect(await crm.score('2')).toMatchObject({ representedBy: null })
      })

      test('one that is deleted takes its activities with it', async () => {
        const before = await crm.score('1')
        await crm.says({ removed: [crm.gone('person', '2')] })
        expect((await crm.score('1'))?.score).toBeLessThan(before?.score ?? 0)
        expect(await crm.identity('1')).toMatchObject({ others: [] })
      })

      test('one that is merged in the CRM leaves its activities', async () => {
        const before = await crm.score('1')
        await crm.says({ merged: [{ kind: 'person', loser: '2', winner: '1' }] })
        expect((await crm.score('1'))?.score).toBe(before?.score)
        expect(await inputsOf('1')).toMatchObject({ records: ['1'], activities: [{}, {}] })
      })

      test('a third that comes later joins them', async () => {
        await crm.says({
          people: [crm.person('3', { email: 'ann@acme.com' })],
          activities: [crm.visit('3', 'd')],
        })
        expect(await bothEqual()).toMatchObject({
          inputsHash: (await crm.score('3'))?.inputsHash,
        })
        expect(await crm.identity('3')).toMatchObject({ others: ['1', '2'] })
      })
    })
  })

  test('a chain of an address and a name is one person only where names count', async () => {
    const name = { first_name: 'Ann', last_name: 'Lee' }
    await crm.says({
      people: [
        crm.person('1', { email: 'a.lee@acme.com' }),
        crm.person('2', { ...name, email: 'A.Lee@acme.com' }),
        crm.person('3', { ...name, email: 'ann@acme.com' }),
      ],
    })
    await setRule('email')
    expect((await inputsOf('3'))?.records).toEqual(['3'])
    await setRule('email_and_name')
    expect((await inputsOf('3'))?.records).toEqual(['1', '2', '3'])
    expect(await crm.identity('1')).toMatchObject({ basis: ['email', 'name_domain'] })
    expect((await crm.score('1'))?.inputsHash).toBe((await crm.score('3'))?.inputsHash)
  })

  test('one person with two accounts has the one that the CRM confirms', async () => {
    await crm.says({
      companies: [crm.company('c', ACME), crm.company('d', { name: 'Beta', employees: 10 })],
      people: [crm.person('1', ANN), crm.person('2', ANN, 'd')],
    })
    await setRule('email')
    for (const id of ['1', '2']) {
      expect(await inputsOf(id)).toMatchObject({
        account: { id: 'd', basis: 'association' },
        company: { name: 'Beta' },
      })
    }
  })
})
