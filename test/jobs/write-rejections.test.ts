import { beforeEach, describe, expect, test } from 'vitest'
import { useDatabase } from '../helpers/database.ts'
import { type OurCrm, ourCrm } from '../helpers/our-crm.ts'

describe('a record that the CRM refuses', () => {
  const database = useDatabase()
  let crm: OurCrm
  let refused = true
  beforeEach(async () => {
    crm = await ourCrm(database.db)
    refused = true
    crm.answers(({ subject: { id } }, apply) => {
      if (refused) return { id, status: 'rejected', reason: 'a rule requires "industry"' }
      apply()
      return { id, status: 'written' }
    })
    await crm.says({ people: [crm.person('1', { title: 'VP Sales' })] })
    await crm.write()
    expect(await crm.rejections()).toMatchObject([{ id: '1', attempts: 1 }])
    crm.forward(60_000)
  })

  test('is not tried again by itself', async () => {
    expect(await crm.dueAt('1')).toBeNull()
    await crm.read('1')
    await crm.write()
    expect(crm.pushes).toHaveLength(1)
  })

  test('is tried again with another score, and counts its attempts', async () => {
    await crm.says({ activities: [crm.visit('1', 'a')] })
    await crm.write()
    expect(crm.pushes).toHaveLength(2)
    expect(await crm.rejections()).toMatchObject([{ attempts: 2 }])
    refused = false
    await crm.says({ people: [crm.person('1', { title: 'Intern' })] })
    await crm.write()
    expect(await crm.rejections()).toEqual([])
  })

  test('is tried again when it changed in the CRM, though its score did not', async () => {
    refused = false
    crm.edits('1', { industry: 'Software' })
    await crm.read('1')
    expect(await crm.dueAt('1')).not.toBeNull()
    await crm.write()
    expect(crm.stands('1')).toHaveProperty('plumbline_score')
    expect(await crm.rejections()).toEqual([])
  })

  test('is no case any more once it is gone', async () => {
    crm.answers(({ subject: { id } }) => ({ id, status: 'gone' }))
    await crm.says({ activities: [crm.visit('1', 'a')] })
    await crm.write()
    expect(await crm.rejections()).toEqual([])
    expect(await crm.rows('select from score where installation_id = $id')).toEqual([])
    const people = 'select id, deleted_at as at from person where installation_id = $id'
    expect(await crm.rows(people)).toEqual([{ id: '1', at: crm.clock.now() }])
  })
})
