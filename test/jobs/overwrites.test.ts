import { beforeEach, describe, expect, test } from 'vitest'
import { changeSettings } from '../../src/store/settings.ts'
import { saveWritten } from '../../src/store/written.ts'
import { useDatabase } from '../helpers/database.ts'
import { type OurCrm, ourCrm } from '../helpers/our-crm.ts'

const DAY_MS = 24 * 60 * 60_000
const ALL_FIELDS = 12

describe('what others make of our fields', () => {
  const database = useDatabase()
  let crm: OurCrm
  beforeEach(async () => {
    crm = await ourCrm(database.db)
    await crm.says({ people: [crm.person('1', { title: 'VP Sales' })] })
    await crm.write()
    expect(Object.keys(crm.stands('1'))).toHaveLength(ALL_FIELDS)
    crm.pushes.length = 0
    crm.forward(60_000)
  })

  const respect = () =>
    changeSettings(database.db, crm.installation.id, { overwrites: 'respect' }, crm.clock.now())
  /** News about the person, so that the score becomes another one. */
  const visits = (source: string) => crm.says({ activities: [crm.visit('1', source)] })
  const written = () => crm.pushes.flat().map(({ values }) => values)

  test('our own write, coming back, is no overwrite', async () => {
    await crm.read('1')
    expect(await crm.overwrites()).toEqual([])
    expect(await crm.dueAt('1')).toBeNull()
  })

  test('a number in another form and a trimmed text are our own', async () => {
    const { plumbline_score: score = '', plumbline_reasons: reasons = '' } = crm.stands('1')
    const scored = Date.parse(crm.stands('1')['plumbline_scored_at'] ?? '')
    crm.edits('1', {
      plumbline_score: `${score}.0`,
      plumbline_reasons: `${reasons} `,
      plumbline_scored_at: String(scored),
    })
    await crm.read('1')
    expect(await crm.overwrites()).toEqual([])
  })

  test('what somebody changed is filed and restored, that field alone', async () => {
    const { plumbline_tier: ours } = crm.stands('1')
    crm.edits('1', { plumbline_tier: 'Z' })
    await crm.read('1')
    const filed = { id: '1', field: 'plumbline_tier', ours, theirs: 'Z', times: 1 }
    expect(await crm.overwrites()).toEqual([{ ...filed, settled: false }])
    await crm.write()
    expect(written()).toEqual([{ plumbline_tier: ours, plumbline_scored_at: expect.any(String) }])
    expect(crm.stands('1')['plumbline_tier']).toBe(ours)
    expect(await crm.overwrites()).toEqual([{ ...filed, settled: true }])
    await crm.read('1')
    expect(await crm.overwrites()).toEqual([{ ...filed, settled: true }])
    expect(await crm.dueAt('1')).toBeNull()
  })

  test('reading it again before it is restored changes nothing', async () => {
    crm.edits('1', { plumbline_tier: 'Z' })
    await crm.read('1')
    await crm.read('1')
    expect(await crm.overwrites()).toMatchObject([{ times: 1 }])
  })

  test('an emptied field is written again without ado', async () => {
    const { plumbline_tier: ours } = crm.stands('1')
    crm.edits('1', { plumbline_tier: '' })
    await crm.read('1')
    await crm.write()
    expect(crm.stands('1')['plumbline_tier']).toBe(ours)
    expect(await crm.overwrites()).toEqual([])
  })

  test('properties that were deleted and made anew are filled again, all of them', async () => {
    const before = crm.stands('1')
    crm.edits('1', Object.fromEntries(Object.keys(before).map((field) => [field, ''])))
    await crm.read('1')
    await crm.write()
    expect(crm.stands('1')).toEqual(before)
    expect(await crm.overwrites()).toEqual([])
  })

  test('a value that happens to be what we want now is no overwrite', async () => {
    await visits('a')
    const rows = await crm.rows(`select written_values->>'plumbline_score' as wanted from score
      where installation_id = $id`)
    const [{ wanted } = { wanted: '' }] = rows as { wanted: string }[]
    expect(wanted).not.toBe(crm.stands('1')['plumbline_score'])
    crm.edits('1', { plumbline_score: wanted })
    await crm.read('1')
    expect(await crm.overwrites()).toEqual([])
  })

  test('when only the time of scoring was changed it is filed, and written with the next write only', async () => {
    crm.edits('1', { plumbline_scored_at: '2020-01-01T00:00:00.000Z' })
    await crm.read('1')
    await crm.write()
    expect(crm.pushes).toEqual([])
    await visits('a')
    await crm.write()
    expect(await crm.overwrites()).toMatchObject([{ field: 'plumbline_scored_at', settled: true }])
  })

  test('companies are looked after like people', async () => {
    const at = crm.clock.now()
    const rows = [{ id: 'acme', values: { plumbline_account_tier: 'A' } }]
    const times = { sentAt: at, writtenAt: at, recentSince: at }
    await saveWritten(database.db, crm.installation.id, 'company', rows, times)
    const subject = { kind: 'company', id: 'acme' } as const
    crm.forward(60_000)
    const values = { plumbline_account_tier: 'B', plumbline_account_score: '5' }
    await crm.says({ ours: [{ subject, values, updatedAt: crm.clock.now() }] })
    const filed = { id: 'acme', field: 'plumbline_account_tier', ours: 'A', theirs: 'B' }
    expect(await crm.overwrites()).toMatchObject([filed])
    expect(await crm.dueAt('acme')).toEqual(crm.clock.now())
  })

  test('fields that we never wrote, and records without ours, are nobody’s business', async () => {
    crm.edits('1', { plumbline_later: 'x' })
    crm.edits('2', { plumbline_tier: 'A' })
    await crm.says({ ours: [crm.ours('1'), crm.ours('2')] })
    expect(await crm.overwrites()).toEqual([])
  })

  test('who insists is restored twice, and then once a day', async () => {
    for (const tier of ['X', 'Y']) {
      crm.edits('1', { plumbline_tier: tier })
      await crm.read('1')
      await crm.write()
      crm.forward(60_000)
    }
    expect(crm.pushes).toHaveLength(2)
    crm.edits('1', { plumbline_tier: 'Z' })
    await crm.read('1')
    const tomorrow = new Date(crm.clock.now().getTime() + DAY_MS)
    expect(await crm.dueAt('1')).toEqual(tomorrow)
    expect(await crm.overwrites()).toMatchObject([{ times: 3, theirs: 'Z', settled: false }])
    crm.clock.moveTo(tomorrow)
    await crm.write()
    expect(crm.pushes).toHaveLength(3)
    crm.forward(DAY_MS)
    crm.edits('1', { plumbline_tier: 'Z' })
    await crm.read('1')
    expect(await crm.overwrites()).toMatchObject([{ times: 1 }])
  })

  describe('where changes are respected', () => {
    beforeEach(async () => {
      await respect()
      crm.edits('1', { plumbline_score: '99' })
      await crm.read('1')
    })

    test('the field is left to them, the others are written', async () => {
      await visits('a')
      await crm.write()
      expect(crm.stands('1')['plumbline_score']).toBe('99')
      expect(written()).toHaveLength(1)
      expect(written()[0]).toHaveProperty('plumbline_engagement')
      expect(written()[0]).not.toHaveProperty('plumbline_score')
      crm.forward(DAY_MS)
      await crm.read('1')
      expect(await crm.overwrites()).toMatchObject([{ theirs: '99', times: 1, settled: false }])
    })

    test('another change of theirs is noted', async () => {
      crm.edits('1', { plumbline_score: '98' })
      await crm.read('1')
      expect(await crm.overwrites()).toMatchObject([{ theirs: '98', times: 2, settled: false }])
      expect(await crm.dueAt('1')).toBeNull()
    })

    test('clearing the field gives it back to us', async () => {
      await visits('a')
      await crm.write()
      crm.forward(60_000)
      crm.edits('1', { plumbline_score: '' })
      await crm.read('1')
      await crm.write()
      expect(Number(crm.stands('1')['plumbline_score'])).toBeLessThan(99)
      expect(crm.stands('1')['plumbline_score']).not.toBe('')
      expect(await crm.overwrites()).toMatchObject([{ settled: true }])
    })

    test('so does putting back what we wrote', async () => {
      const [{ ours = '' } = {}] = (await crm.overwrites()) as { ours?: string }[]
      crm.edits('1', { plumbline_score: ours })
      await crm.read('1')
      expect(await crm.overwrites()).toMatchObject([{ settled: true }])
      await visits('a')
      await crm.write()
      expect(written()[0]).toHaveProperty('plumbline_score')
    })
  })
})
