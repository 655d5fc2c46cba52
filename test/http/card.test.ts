import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { mark } from '../../src/store/due.ts'
import { setStatus } from '../../src/store/installations.ts'
import { reject } from '../../src/store/rejections.ts'
import { DIRECTOR, NOON, useCards } from './card-stage.ts'

describe('what the card is told', () => {
  const it = useCards()

  test('a scored person comes with the score, its lines, what is unknown and the next tier', async () => {
    await it.readAnn()
    it.clock.moveTo(new Date('2026-11-22T15:30:00Z'))
    const card = await it.person('1')
    expect(card).toMatchObject({
      score: 85,
      grade: 'C',
      tier: 'B',
      stage: 'MQL',
      action: { name: 'Review' },
      route: 'emea',
      disqualified: false,
      account: 'Acme',
      paused: false,
      notes: [],
      scoredAgo: '3 hours ago',
      scoredAt: '22 Nov 2026, 13:01',
      coverage: 50,
    })
    expect(card.model).toMatch(/^b2b-starter@[0-9a-f]{12}$/)
    expect(card.parts).toEqual([
      { name: 'Fit', points: 45 },
      { name: 'Engagement', points: 40 },
    ])
    expect(card.lines.map(({ label, points }) => [label, points])).toEqual([
      ['Visited pricing', 40],
      ['Director', 15],
      ['Works in sales, marketing or revenue operations', 15],
      ['In a core region', 10],
      ['Business e-mail address', 5],
    ])
    expect(card.lines[0]?.detail).toBe('3 hours ago')
    expect(card.lines[1]?.detail).toBe('Seniority: director')
    expect(card.held).toEqual([
      {
        reason: 'Authority unknown',
        remedy: 'To clear it, fill in: Authority to buy (from the buying role).',
      },
    ])
    expect(card.next).toEqual({
      tier: 'A',
      needs: ['5 more points of fit for grade B', '“Authority unknown” resolved'],
    })
    expect(card.unknown.matter).toEqual([
      { field: 'Authority to buy (from the buying role)', gain: 'lifts the hold' },
      { field: 'Number of employees', gain: 'up to 30 points of fit' },
      { field: 'Industry of the company', gain: 'up to 10 points of fit' },
      { field: 'Annual revenue', gain: 'up to 10 points of fit' },
    ])
    expect(card.range).toEqual({ min: 45, max: 100 })
    expect(card.change).toMatch(/^Fades a little with the next nightly update, unless/)
  })

  test('it is the stored receipt that is shown, with what has faded since it was earned', async () => {
    await it.readAnn()
    it.clock.moveTo(new Date('2026-12-06T12:00:00Z'))
    await mark(it.db, it.installation.id, 'score', 'person', ['1'], NOON)
    await it.crm.work()
    const card = await it.person('1')
    expect(card.lines[0]).toEqual({
      id: 'pricing_page',
      label: 'Visited pricing',
      points: 20,
      was: 40,
      detail: '14 days ago',
    })
    expect(card.score).toBe(65)
    expect(card.change).toMatch(/^Fades a little with the next nightly update/)
    const sum = card.lines.reduce((total, { points }) => total + points, 0)
    expect(Math.round(sum)).toBe(card.score)
  })

  test('a company comes with its people, its buying group and who is missing', async () => {
    await it.readAnn()
    const card = await it.account('c1')
    expect(card).toMatchObject({ state: 'scored', tier: 'C', score: 44 })
    expect(card.reasons[0]).toBe('1 person engaged in the last 90 days')
    expect(card.lines[0]?.label).toContain('ann@acme.example')
    expect(card.group).toContainEqual({
      role: 'Champion',
      people: ['ann@acme.example'],
      others: 0,
      engaged: true,
    })
    expect(card.group).toContainEqual({
      role: 'Budget holder',
      people: [],
      others: 0,
      engaged: false,
    })
    expect(card.next).toEqual({ tier: 'B', needs: ['6 more points (50 in all)'] })
  })

  test('a deleted record is unknown', async () => {
    await it.readAnn()
    await it.crm.says({ removed: [it.crm.gone('person', '1')] })
    expect((await it.look('/cards/hubspot/contacts/1')).status).toBe(404)
  })

  test('a record that was merged away shows the survivor, over several merges', async () => {
    await it.readAnn()
    await it.crm.says({
      people: [it.crm.person('2', { ...DIRECTOR, email: 'ann.lee@acme.example' }, 'c1')],
      activities: [it.crm.visit('2', 'v2')],
      merged: [
        { kind: 'person', loser: '0', winner: '1' },
        { kind: 'person', loser: '1', winner: '2' },
      ],
    })
    const card = await it.person('1')
    expect(card.notes).toEqual(['This record was merged into record 2, whose score this is.'])
    expect((await it.person('2')).notes).toEqual([])
  })

  test('merges in a circle are unknown instead of going on forever', async () => {
    await it.readAnn()
    await sql`update person set merged_into = '1' where installation_id = ${it.installation.id}`.execute(
      it.db,
    )
    expect((await it.look('/cards/hubspot/contacts/1')).status).toBe(404)
  })

  test('a known record without a score says that it waits', async () => {
    await it.readAnn()
    await sql`delete from score where installation_id = ${it.installation.id}`.execute(it.db)
    const { status, card } = await it.look('/cards/hubspot/contacts/1')
    expect(status).toBe(200)
    expect(card).toMatchObject({
      state: 'not_scored',
      text: expect.stringContaining('first score'),
    })
  })

  test('a model without accounts says so on companies', async () => {
    await it.readAnn()
    await sql`delete from account_score where installation_id = ${it.installation.id}`.execute(
      it.db,
    )
    await sql`update model_version set scores_accounts = false`.execute(it.db)
    const { card } = await it.look('/cards/hubspot/companies/c1')
    expect(card).toMatchObject({ state: 'not_scored', text: expect.stringContaining('“accounts”') })
  })

  test('a paused installation shows the last score and says that it may be old', async () => {
    await it.readAnn()
    await setStatus(it.db, it.installation.id, 'paused', 'secret detail', NOON)
    const card = await it.person('1')
    expect(card.paused).toBe(true)
    expect(card.notes[0]).toMatch(/may be out of date/)
    expect(JSON.stringify(card)).not.toContain('secret detail')
  })

  test('a disconnected installation and an account we never had show nothing', async () => {
    await it.readAnn()
    await setStatus(it.db, it.installation.id, 'disconnected', null, NOON)
    for (const portal of [it.installation.accountId, '999999']) {
      const { status, card } = await it.look('/cards/hubspot/contacts/1', portal)
      expect(status).toBe(200)
      expect(card).toEqual({
        state: 'disconnected',
        text: expect.stringContaining('not connected'),
      })
    }
  })

  test('news that waits and a refused update are told', async () => {
    await it.readAnn()
    await mark(it.db, it.installation.id, 'enrich', 'person', ['1'], NOON)
    const refusal = [{ kind: 'person', id: '1', reason: 'a rule of your portal' }]
    await reject(it.db, it.installation.id, 'write_back', refusal, NOON)
    expect((await it.person('1')).notes).toEqual([
      'This score is being brought up to date right now.',
      'The CRM did not take the last update of the fields on this record: a rule of your portal',
    ])
  })

  test('without the model of the receipt the rest is still shown', async () => {
    await it.readAnn()
    await sql`update score_receipt set result = jsonb_set(result, '{model}', '"gone@0"')`.execute(
      it.db,
    )
    const card = await it.person('1')
    expect(card.score).toBe(85)
    expect(card.next).toBeNull()
  })
})
