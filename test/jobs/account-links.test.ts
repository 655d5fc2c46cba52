import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { redoOutdated } from '../../jobs/enrich.ts'
import { scoringInputs } from '../../src/store/scoring-inputs.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { type MovableClock, movableClock } from '../helpers/deps.ts'
import { type SmallCrm, smallCrm } from '../helpers/small-crm.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const ANN = { email: 'ann@acme.com', first_name: 'Ann', last_name: 'Lee' }
const ACME = { name: 'Acme', domain: 'acme.com', employees: 5000 }

describe('whose account a person is', () => {
  const database = useDatabase()
  let clock: MovableClock
  let crm: SmallCrm
  beforeEach(async () => {
    clock = movableClock(NOW)
    crm = smallCrm(database.db, await makeInstallation(database.db), clock)
  })
  const inputsOf = async (id: string) => {
    const [input] = await scoringInputs(database.db, crm.installationId, [id])
    return input
  }

  describe('a person whom the CRM links to no company', () => {
    const accountOf = async (id: string) => (await inputsOf(id))?.account
    const linked = { id: 'c', basis: 'domain' }

    test('has the only company with their e-mail domain', async () => {
      await crm.says({ companies: [crm.company('c', { ...ACME, country: 'Japan' })] })
      await crm.says({ people: [crm.person('1', { email: 'ann@mail.acme.com' })] })
      expect(await inputsOf('1')).toMatchObject({
        account: linked,
        company: { employees: 5000 },
        person: { region: 'APAC' },
      })
      expect(await crm.identity('1')).toMatchObject({ account: { ...linked, name: 'Acme' } })
    })

    test('finds it when it comes later', async () => {
      await crm.says({ people: [crm.person('1', ANN)] })
      const before = await crm.score('1')
      await crm.says({ companies: [crm.company('c', ACME)] })
      expect(await accountOf('1')).toEqual(linked)
      expect((await crm.score('1'))?.score).toBeGreaterThan(before?.score ?? 0)
    })

    test('loses it when it turns out to have another domain, and finds it again', async () => {
      await crm.says({ companies: [crm.company('c', ACME)], people: [crm.person('1', ANN)] })
      await crm.says({ companies: [crm.company('c', { ...ACME, domain: 'acme.org' })] })
      expect(await accountOf('1')).toBeNull()
      await crm.says({ companies: [crm.company('c', { ...ACME, domain: 'www.acme.com' })] })
      expect(await accountOf('1')).toEqual(linked)
    })

    test('has none while two companies have that domain', async () => {
      await crm.says({ companies: [crm.company('c', ACME)], people: [crm.person('1', ANN)] })
      const alone = await crm.score('1')
      await crm.says({ companies: [crm.company('d', { name: 'Acme UK', domain: 'acme.com' })] })
      expect(await accountOf('1')).toBeNull()
      expect((await crm.score('1'))?.score).toBeLessThan(alone?.score ?? 0)
      await crm.says({ removed: [crm.gone('company', 'd')] })
      expect(await accountOf('1')).toEqual(linked)
      expect(await crm.score('1')).toEqual(alone)
    })

    test.each(['ann@gmail.com', 'ann@mailinator.com', 'ann@stanford.edu', 'ann@'])(
      'never has one by %s',
      async (email) => {
        const domain = email.split('@')[1] ?? ''
        await crm.says({ companies: [crm.company('c', { ...ACME, domain })] })
        await crm.says({ people: [crm.person('1', { email })] })
        expect(await accountOf('1')).toBeNull()
      },
    )

    test('loses it when it is deleted, and gets it back when it is restored', async () => {
      await crm.says({ companies: [crm.company('c', ACME)], people: [crm.person('1', ANN)] })
      const before = await crm.score('1')
      await crm.says({ removed: [crm.gone('company', 'c')] })
      expect(await accountOf('1')).toBeNull()
      expect((await crm.score('1'))?.score).toBeLessThan(before?.score ?? 0)
      await crm.says({ companies: [crm.company('c', ACME)] })
      expect(await accountOf('1')).toEqual(linked)
      expect(await crm.score('1')).toEqual(before)
    })

    test('hears of what changes about it', async () => {
      await crm.says({ companies: [crm.company('c', ACME)], people: [crm.person('1', ANN)] })
      const before = await crm.score('1')
      await crm.says({ companies: [crm.company('c', { ...ACME, employees: 5 })] })
      expect((await crm.score('1'))?.score).toBeLessThan(before?.score ?? 0)
    })
  })

  describe('a person whom the CRM links to a company', () => {
    const associated = { id: 'd', basis: 'association' }
    beforeEach(() =>
      crm.says({ companies: [crm.company('c', ACME), crm.company('d', { name: 'Beta' })] }),
    )

    test('has that one, whatever the e-mail domain says', async () => {
      await crm.says({ people: [crm.person('1', ANN, 'd')] })
      expect(await inputsOf('1')).toMatchObject({ account: associated, company: { name: 'Beta' } })
    })

    test('has the one of the domain while that one is gone', async () => {
      await crm.says({ people: [crm.person('1', ANN, 'd')] })
      await crm.says({ removed: [crm.gone('company', 'd')] })
      expect(await inputsOf('1')).toMatchObject({ account: { id: 'c', basis: 'domain' } })
      await crm.says({ companies: [crm.company('d', { name: 'Beta' })] })
      expect(await inputsOf('1')).toMatchObject({ account: associated })
    })

    test('has it as soon as it comes, if it comes later', async () => {
      await crm.says({ people: [crm.person('1', { email: 'ann@gmail.com' }, 'late')] })
      expect(await inputsOf('1')).toMatchObject({ account: null })
      await crm.says({ companies: [crm.company('late', { name: 'Late' })] })
      expect(await inputsOf('1')).toMatchObject({ account: { id: 'late' } })
    })

    test('a confirmation alone is worth a receipt that says so', async () => {
      await crm.says({ people: [crm.person('1', ANN)] })
      expect(await crm.identity('1')).toMatchObject({ account: { basis: 'domain' } })
      await crm.says({ people: [crm.person('1', ANN, 'c')] })
      expect(await crm.identity('1')).toMatchObject({ account: { id: 'c', basis: 'association' } })
    })

    test('a company that is merged away speaks for nobody', async () => {
      await crm.says({ people: [crm.person('1', { email: 'ann@gmail.com' }, 'd')] })
      await crm.says({ merged: [{ kind: 'company', loser: 'd', winner: 'c' }] })
      expect(await inputsOf('1')).toMatchObject({ account: null, company: {} })
    })
  })

  test('an installation from before is identified when its workers start', async () => {
    await crm.says({ companies: [crm.company('c', ACME)], people: [crm.person('1', ANN)] })
    for (const table of ['person_key', 'company_domain', 'account_link']) {
      await sql`delete from ${sql.table(table)}`.execute(database.db)
    }
    await sql`update enrichment set version = version - 1`.execute(database.db)
    await redoOutdated({ db: database.db, clock })
    await crm.work()
    expect(await inputsOf('1')).toMatchObject({ account: { id: 'c', basis: 'domain' } })
  })
})
