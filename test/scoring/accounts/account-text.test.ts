import { describe, expect, test } from 'vitest'
import { accountValues } from '../../../src/scoring/accounts/account-values.ts'
import { explainAccount } from '../../../src/scoring/accounts/explain-account.ts'
import { daysAgo, person, scoreOf } from './accounts.ts'

const ACCOUNTS = `
  people: { diminishing: 0.5 }
  committee: { people: 2, points: 10 }
  cross_functional: { functions: 2, points: 15 }
  company_fit: { max: 40 }
  buying_group:
    - { role: decision_maker, label: Decision maker, when: { person.seniority: { in: [c_level, vp] } } }
    - { role: it, label: IT and security, when: { person.function: it } }
    - { role: buyer, label: Procurement, when: { person.function: procurement } }
    - { role: champion, label: Champion, when: { person.buying_role: CHAMPION, company.employees: { gte: 100 } } }
  tiers: { A: 75, B: 50 }`
const company = { employees: 1200 }
const ann = person('1', {
  name: 'Ann  Lee',
  facts: {
    seniority: 'vp',
    function: 'marketing',
    title: 'VP Marketing',
    buying_role: ['CHAMPION', 'INFLUENCER'],
  },
})
const bob = person('2', {
  name: 'Bob Ray',
  facts: { function: 'it' },
  engagement: 8,
  engagedAt: daysAgo(40),
})
const cleo = person('3', { name: 'Cleo Dow', facts: { seniority: 'c_level' }, engagedAt: null })
const dan = person('4', { name: ' ', facts: { function: 'procurement' }, engagedAt: daysAgo(100) })
const everybody = [dan, cleo, bob, ann]
const wholeResult = () => scoreOf(ACCOUNTS, everybody, { company })

describe('the buying group', () => {
  test('says who is there for each role, engaged people first', () => {
    expect(wholeResult().buyingGroup).toEqual([
      {
        role: 'decision_maker',
        label: 'Decision maker',
        people: ['Ann Lee', 'Cleo Dow'],
        engaged: true,
      },
      { role: 'it', label: 'IT and security', people: ['Bob Ray'], engaged: true },
      { role: 'buyer', label: 'Procurement', people: ['4'], engaged: false },
      { role: 'champion', label: 'Champion', people: ['Ann Lee'], engaged: true },
    ])
  })

  test('among the engaged, points decide, then the name', () => {
    const same = [
      person('1', { name: 'Zoe', facts: { function: 'it' } }),
      person('2', { name: 'Amy', facts: { function: 'it' } }),
      person('3', { name: 'Max', facts: { function: 'it' }, engagement: 50 }),
      person('4', {
        name: 'Idle',
        facts: { function: 'it' },
        engagement: 90,
        engagedAt: daysAgo(91),
      }),
    ]
    const [, it] = scoreOf(ACCOUNTS, same).buyingGroup
    expect(it?.people).toEqual(['Max', 'Amy', 'Zoe', 'Idle'])
  })

  test('without roles in the model, those that the CRM knows of', () => {
    const crm = [
      person('1', { name: 'Ann', facts: { buying_role: ['CHAMPION', 'DECISION_MAKER'] } }),
      person('2', { name: 'Bob', facts: { buying_role: 'Decision Maker' }, engagedAt: null }),
      person('3', { name: 'Cy', facts: { buying_role: ['OTHER', 'Pilot user'] }, engagedAt: null }),
    ]
    expect(scoreOf('{}', crm).buyingGroup).toEqual([
      { role: 'decision_maker', label: 'Decision maker', people: ['Ann', 'Bob'], engaged: true },
      { role: 'champion', label: 'Champion', people: ['Ann'], engaged: true },
      { role: 'pilot_user', label: 'Pilot user', people: ['Cy'], engaged: false },
    ])
  })
})

describe('what is written to the company', () => {
  test('are whole points and sentences', () => {
    expect(accountValues(wholeResult())).toEqual({
      plumbline_account_score: '84',
      plumbline_account_tier: 'A',
      plumbline_buying_group:
        '3 of 4 roles engaged. Decision maker: Ann Lee (engaged) and 1 more. IT and security: Bob Ray (engaged). Procurement: 4 (not engaged). Champion: Ann Lee (engaged).',
      plumbline_account_reasons:
        '2 people engaged in the last 90 days; Decision maker engaged; IT and security engaged; Champion engaged; 2 functions: IT, marketing; Not engaged: Procurement; 1,000+ employees; Not known to be small',
    })
  })

  test('says what is missing', () => {
    const values = accountValues(scoreOf(ACCOUNTS, [bob], { company: { employees: 20 } }))
    expect(values['plumbline_buying_group']).toBe(
      '1 of 4 roles engaged. Decision maker: nobody yet. IT and security: Bob Ray (engaged). Procurement: nobody yet. Champion: nobody yet.',
    )
    expect(values['plumbline_account_reasons']).toBe(
      '1 person engaged in the last 90 days; IT and security engaged; Nobody yet: Decision maker, Procurement, Champion',
    )
  })

  test('is silent about a buying group that nobody has described', () => {
    expect(accountValues(scoreOf('{}', [person('a')]))).toMatchObject({
      plumbline_account_score: '20',
      plumbline_account_tier: 'none',
      plumbline_buying_group: '',
      plumbline_account_reasons: '1 person engaged in the last 90 days',
    })
  })

  test('half a point is rounded up', () => {
    const values = accountValues(scoreOf('{}', [person('a', { engagement: 49.5 })]))
    expect(values['plumbline_account_score']).toBe('50')
  })

  test('long text is cut at a whole character', () => {
    const name = `${'x'.repeat(500)}😀`
    const people = [person('a', { name, facts: { buying_role: 'CHAMPION' } })]
    const before = '1 of 1 role engaged. Champion: '
    const cut = (length: number) =>
      accountValues({
        ...scoreOf('{}', people),
        buyingGroup: [
          { role: 'champion', label: 'Champion', people: [name.slice(-length)], engaged: true },
        ],
      })['plumbline_buying_group']
    expect(cut(502)).toHaveLength(500)
    const split = cut(500 - before.length + 1)
    expect(split).toHaveLength(499)
    expect(split?.isWellFormed()).toBe(true)
  })

  test.each([
    ['36h', 'in the last 36 hours'],
    ['2w', 'in the last 14 days'],
    ['1d', 'in the last 1 day'],
    ['90min', 'in the last 90 minutes'],
  ])('a window of %s reads "%s"', (window, words) => {
    expect(scoreOf(`{ engaged_within: ${window} }`, []).reasons).toEqual([
      'No people known at this company',
    ])
    expect(scoreOf(`{ engaged_within: ${window} }`, [cleo]).reasons).toEqual([
      `Nobody engaged ${words}`,
    ])
  })

  test('reasons stay the same while people’s points only fade', () => {
    const faded = everybody.map((each) => ({ ...each, engagement: each.engagement / 4 }))
    expect(scoreOf(ACCOUNTS, faded, { company }).reasons).toEqual(wholeResult().reasons)
  })
})

describe('the explanation', () => {
  test('tells a sales rep everything on a screen', () => {
    const result = wholeResult()
    expect(explainAccount(result)).toEqual([
      'Account score 84.00 of 100, tier A',
      '2 people engaged: IT, marketing',
      ' +20.00  Ann Lee, VP Marketing',
      '  +4.00  Bob Ray',
      ' +10.00  At least 2 people engaged',
      ' +15.00  Across functions: IT, marketing',
      ' +30.00  1,000+ employees',
      '  +5.00  Not known to be small',
      'Decision maker: Ann Lee (engaged) and 1 more',
      'IT and security: Bob Ray (engaged)',
      'Procurement: 4 (not engaged)',
      'Champion: Ann Lee (engaged)',
      'Changes by itself next at 2027-01-10 00:00 UTC',
      `Model ${result.model}, as of 2026-11-21 00:00 UTC`,
    ])
  })

  test('is short when there is nothing to say', () => {
    const nothing = scoreOf('{}', [])
    expect(explainAccount(nothing)).toEqual([
      'Account score 0.00 of 100, tier none',
      'Nobody engaged',
      'Stays as it is until something new happens',
      `Model ${nothing.model}, as of 2026-11-21 00:00 UTC`,
    ])
  })
})
