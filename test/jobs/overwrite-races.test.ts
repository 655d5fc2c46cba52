import { beforeEach, describe, expect, test } from 'vitest'
import type { OurValues } from '../../connectors/page.ts'
import { noteOurValues } from '../../jobs/overwrites.ts'
import { inTransaction } from '../../src/store/database.ts'
import { useDatabase } from '../helpers/database.ts'
import { type OurCrm, ourCrm } from '../helpers/our-crm.ts'

describe('a page that races with a write of ours', () => {
  const database = useDatabase()
  let crm: OurCrm
  beforeEach(async () => {
    crm = await ourCrm(database.db)
    await crm.says({ people: [crm.person('1', { title: 'VP Sales' })] })
    await crm.write()
    crm.pushes.length = 0
    crm.forward(60_000)
  })

  /** A page that was read earlier arrives. */
  const arrives = (page: OurValues) =>
    inTransaction(database.db, (transaction) =>
      noteOurValues(transaction, crm.installation.id, [page], crm.clock.now()),
    )
  /** News about the person, so that the score becomes another one. */
  const visits = (source: string) => crm.says({ activities: [crm.visit('1', source)] })
  const written = () => crm.pushes.flat().map(({ values }) => values)

  test('read before the write and stored after it says nothing', async () => {
    const before = crm.ours('1')
    await visits('a')
    await crm.write()
    crm.forward(60_000)
    expect(await arrives(before)).toBe(false)
    expect(await crm.overwrites()).toEqual([])
  })

  test('read while the write was under way, with its values or without, says nothing', async () => {
    await visits('a')
    const during: boolean[] = []
    crm.answers(async ({ subject: { id } }, apply) => {
      during.push(await arrives({ ...crm.ours(id), updatedAt: crm.clock.now() }))
      apply()
      during.push(await arrives(crm.ours(id)))
      return { id, status: 'written' }
    })
    await crm.write()
    expect(during).toEqual([false, false])
    expect(await crm.overwrites()).toEqual([])
  })

  test('with values whose acknowledgement was lost, and another score since, says nothing', async () => {
    await visits('a')
    crm.answers(({ subject: { id } }, apply) => {
      apply()
      return { id, status: 'retry', reason: 'the answer did not arrive' }
    })
    await crm.write()
    await visits('b')
    await crm.read('1')
    expect(await crm.overwrites()).toEqual([])
  })

  test('changed by others while our write was on its way, it is written once more and not filed', async () => {
    const before = crm.ours('1')
    await visits('a')
    const page: { current: OurValues } = { current: before }
    crm.answers(({ subject: { id } }, apply) => {
      // Another field of the record changed at this very moment, just before our write came in.
      page.current = { ...before, updatedAt: crm.clock.now() }
      apply()
      return { id, status: 'written' }
    })
    await crm.write()
    const wanted = crm.stands('1')
    expect(await arrives(page.current)).toBe(true)
    expect(await crm.overwrites()).toEqual([])
    await crm.write()
    expect(crm.pushes).toHaveLength(2)
    expect(crm.stands('1')).toEqual(wanted)
  })

  test('a change right after our write is found, though the write was not acknowledged yet', async () => {
    await visits('a')
    crm.answers(({ subject: { id } }, apply) => {
      apply()
      crm.edits(id, { plumbline_tier: 'Z' })
      return { id, status: 'written' }
    })
    await crm.write()
    await crm.read('1')
    expect(await crm.overwrites()).toMatchObject([{ field: 'plumbline_tier', theirs: 'Z' }])
  })

  test('a change of another field than the one just written is found, though the write is newer', async () => {
    crm.edits('1', { plumbline_grade: 'Z' })
    crm.forward(1_000)
    await visits('a')
    await crm.write()
    expect(written()[0]).not.toHaveProperty('plumbline_grade')
    await crm.read('1')
    expect(await crm.overwrites()).toMatchObject([{ field: 'plumbline_grade', theirs: 'Z' }])
  })

  test('a CRM whose clock is a second behind is understood', async () => {
    await visits('a')
    crm.answers(({ subject: { id } }, apply) => {
      crm.forward(-1_000)
      apply()
      crm.forward(1_000)
      return { id, status: 'written' }
    })
    await crm.write()
    // The property was deleted and made anew; that is no change of the record.
    const { subject, values, updatedAt } = crm.ours('1')
    crm.forward(60_000)
    expect(await arrives({ subject, updatedAt, values })).toBe(false)
    expect(await arrives({ subject, updatedAt, values: { ...values, plumbline_score: '' } })).toBe(
      true,
    )
    expect(await crm.overwrites()).toEqual([])
  })

  test('an input that a user changed a moment before our write is not touched by it', async () => {
    await visits('a')
    crm.edits('1', { jobtitle: 'Janitor', lifecyclestage: 'customer' })
    await crm.write()
    expect(crm.stands('1')).toMatchObject({ jobtitle: 'Janitor', lifecyclestage: 'customer' })
    const names = written().flatMap((values) => Object.keys(values))
    expect(names.filter((name) => !name.startsWith('plumbline_'))).toEqual([])
  })
})
