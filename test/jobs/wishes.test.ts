import { beforeEach, describe, expect, test } from 'vitest'
import { createWishes, wishedFields } from '../../jobs/wishes.ts'
import { publish, saveDraft } from '../../src/store/models.ts'
import { changeSettings } from '../../src/store/settings.ts'
import { setShadow } from '../../src/store/shadow.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { movableClock } from '../helpers/deps.ts'
import { titleModelText } from '../helpers/model-texts.ts'

const NOW = new Date('2026-11-20T12:00:00Z')
const BY_ANN = { actor: 'ann', reason: null, at: NOW }
const routed = (name: string, when: string) =>
  titleModelText(name, 60, `routing: [ { when: ${when}, to: south } ]`)

describe('what an installation wants read', () => {
  const database = useDatabase()
  let id: string
  beforeEach(async () => {
    id = (await makeInstallation(database.db)).id
  })

  test('is nothing more than usual without a model, or with one that asks for usual fields', async () => {
    expect(await wishedFields(database.db, id)).toEqual([])
    await publish(database.db, id, titleModelText('plain', 60), BY_ANN)
    expect(await wishedFields(database.db, id)).toEqual([])
  })

  test('is what live, shadow and draft models ask for, wherever they do', async () => {
    const gate = `gates: [ { id: g, unless: { person.consent: true }, then: { route: none, reason: Ask first, ask: person.language } } ]`
    const accounts = `accounts: { buying_group: [ { role: boss, label: Boss, when: { person.board_seat: true } } ] }`
    await publish(database.db, id, titleModelText('live', 60, `${gate}\n${accounts}`), BY_ANN)
    await setShadow(database.db, id, routed('shadow', '{ company.territory: south }'), BY_ANN)
    await saveDraft(database.db, id, routed('draft', '{ any: [ { person.vip: true } ] }'), NOW)
    expect(await wishedFields(database.db, id)).toEqual([
      'company.territory',
      'person.board_seat',
      'person.consent',
      'person.language',
      'person.vip',
    ])
  })

  test('is not what retired models asked for', async () => {
    await publish(database.db, id, routed('first', '{ person.vip: true }'), BY_ANN)
    await publish(database.db, id, titleModelText('second', 60), BY_ANN)
    expect(await wishedFields(database.db, id)).toEqual([])
  })

  test('comes by subject and with the mapping, and is remembered for a few seconds', async () => {
    const clock = movableClock(NOW)
    const wishes = createWishes(database.db, clock, id)
    expect(await wishes.read()).toEqual({
      fields: { person: [], company: [] },
      mapping: {},
      apiShare: 0.5,
    })
    await publish(database.db, id, routed('first', '{ company.territory: south }'), BY_ANN)
    const mapping = { forms: [{ name: '*', is: 'form_filled' }] }
    await changeSettings(database.db, id, { mapping }, NOW)
    expect((await wishes.read()).fields.company).toEqual([])
    clock.moveTo(new Date(NOW.getTime() + 5_000))
    expect(await wishes.read()).toEqual({
      fields: { person: [], company: ['territory'] },
      mapping,
      apiShare: 0.5,
    })
  })

  test('is asked anew when a reading begins, so that no run is noted with fields that it did not read', async () => {
    const wishes = createWishes(database.db, movableClock(NOW), id)
    await wishes.read()
    await publish(database.db, id, routed('first', '{ company.territory: south }'), BY_ANN)
    wishes.forget()
    expect((await wishes.read()).fields.company).toEqual(['territory'])
  })
})
