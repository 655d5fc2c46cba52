// @vitest-environment jsdom
import { describe, expect, test } from 'vitest'
import { type Answer, componentSamples, type Sample } from '../../tools/salesforce-samples.ts'
import { createStage } from './salesforce-rendering.ts'

const show = createStage()

/** One of the states that are also photographed. */
function sample(name: string): Sample {
  const found = componentSamples().find((each) => each.name === name)
  if (!found) throw new Error(`there is no sample ${name}`)
  return found
}

async function textsOf(name: string): Promise<readonly string[]> {
  return (await show(sample(name))).texts()
}

/** A lead with these fields besides a score. */
function lead(fields: Readonly<Record<string, string | null>>): Sample {
  const values = Object.entries({ Score: 50, ...fields }).map(
    ([name, value]) => [`Plumbline_${name}__c`, { value, displayValue: null }] as const,
  )
  const data = { apiName: 'Lead', fields: Object.fromEntries(values) }
  return { name: 'made up', objectApiName: 'Lead', answer: { data }, width: 0 }
}

describe('on a lead', () => {
  test('ready: score, tier, grade, stage and what to do come first', async () => {
    expect((await textsOf('ready')).slice(0, 13)).toEqual([
      'Lead score',
      'Lead score:',
      '100',
      'of 100',
      'Tier A',
      'Fit grade A',
      'SQL',
      'Fit 95 · Engagement 74',
      'Next action',
      'Route now.',
      'Ready for sales: get in touch now.',
      'Goes to: emea-enterprise',
      'Why this score',
    ])
  })

  test('ready: reasons part by part, then when and by which model', async () => {
    const texts = await textsOf('ready')
    const reasons = ['Asked for a demo', 'Visited pricing', '1,000+ employees']
    expect(texts.join('|')).toContain(`Why this score|${reasons.join('|')}|`)
    expect(texts.slice(-5).join(' ')).toMatch(
      /^Scored 2 hours ago on 21 Nov 2026, 08:12 by model b2b-starter@\w+$/,
    )
    expect(texts.join()).not.toMatch(/What would change it|Disqualified/)
  })

  test('held back: what would change it, line by line', async () => {
    const texts = await textsOf('held')
    const lines = [
      'What would change it',
      'Held: Authority unknown. To clear it, fill in: Authority to buy (from the buying role).',
      'For tier A: 4 more points, 5 more points of fit for grade B, “Authority unknown” resolved.',
      'Not known: Number of employees (up to 30 points of fit).',
    ]
    expect(texts.join('|')).toContain(lines.join('|'))
  })

  test('disqualified: said as such, with a note of its own, whatever the points', async () => {
    const shown = await show(sample('disqualified'))
    expect(shown.texts()).toContain('100')
    expect(shown.texts().filter((text) => text.startsWith('Disqualified'))).toHaveLength(3)
    expect(shown.roles()).toEqual(['note'])
    expect(shown.texts()).toContain('Works for a competitor')
  })

  test.each([
    ['grade F alone', { Grade: 'F', Stage: 'nurture' }],
    ['the stage alone', { Grade: 'A', Stage: 'disqualified' }],
  ])('%s disqualifies', async (_what, fields) => {
    expect((await show(lead(fields))).roles()).toEqual(['note'])
  })

  test('nothing counts: a score of 0 is a score', async () => {
    const texts = await textsOf('nothing-counts')
    expect(texts).toContain('0')
    expect(texts).toContain('Nothing counts yet, neither for nor against.')
    expect(texts).not.toContain('No score yet')
  })

  test('fields that somebody may not see are left out, the others stay', async () => {
    const texts = await textsOf('some-fields-hidden')
    expect(texts).toContain('Fit grade A')
    expect(texts.join('|')).not.toMatch(/Engagement|SQL|What would change it|by model/)
  })

  test('no tier is no tier “none”', async () => {
    expect((await show(lead({ Tier: 'none' }))).texts()).toContain('No tier')
    expect((await show(lead({ Tier: 'Gold' }))).texts()).toContain('Tier Gold')
    expect((await show(lead({ Tier: null }))).texts().join()).not.toMatch(/tier/i)
  })

  test('an action of tomorrow is named, though nobody can say what it means', async () => {
    const texts = (await show(lead({ Action: 'call_first' }))).texts()
    expect(texts).toContain('call_first.')
    expect(texts.join()).not.toContain('undefined')
  })

  test('a list that was cut short ends in dots', async () => {
    const long = `First reason; ${'x'.repeat(487)}`
    const texts = (await show(lead({ Reasons: long.slice(0, 500) }))).texts()
    expect(texts).toContain('First reason')
    expect(texts.at(-1)).toMatch(/x…$/)
    const outlook = (await show(lead({ Outlook: 'y'.repeat(600) }))).texts()
    expect(outlook.at(-1)).toMatch(/y$/)
  })

  test('what reads like HTML is shown as it is', async () => {
    const reason = '<img src=x onerror=alert(1)>'
    const shown = await show(lead({ Reasons: reason }))
    expect(shown.texts()).toContain(reason)
    expect(shown.tags()).not.toContain('img')
  })
})

describe('on other records', () => {
  test('a contact is shown as a lead is', async () => {
    expect(await textsOf('contact')).toEqual(await textsOf('ready'))
  })

  test('an account: score, tier, who of the buying group is engaged, reasons', async () => {
    const texts = await textsOf('account')
    expect(texts.slice(0, 5)).toEqual(['Account score', 'Account score:', '50', 'of 100', 'Tier B'])
    const group = [
      'Buying group',
      '2 of 4 roles engaged.',
      'Decision maker: Bo Sand (not engaged).',
      'Budget holder: nobody yet.',
      'Champion: Ann B. Lee (engaged).',
      'Technical evaluator: Cy Ray (engaged).',
      'Why this score',
      '2 people engaged in the last 90 days',
    ]
    expect(texts.join('|')).toContain(group.join('|'))
    expect(texts.join()).not.toMatch(/undefined|Next action|Scored/)
  })

  test.each([
    ['Lead', 12],
    ['Contact', 12],
    ['Account', 4],
  ])('%s: only its own fields are asked for', async (objectApiName, count) => {
    const shown = await show({ objectApiName, answer: {} })
    expect(shown.asked()).toHaveLength(count)
    for (const field of shown.asked()) expect(field).toMatchObject({ objectApiName })
  })
})

describe('without a score', () => {
  test.each([
    ['unscored', 'No score yet', /ask your admin whether Plumbline is connected/],
    ['account-unscored', 'No score yet', /within minutes/],
    ['hidden', 'You cannot see the score', /permission set “Plumbline Viewer”/],
    ['failed', 'The score cannot be shown', /Reload the page.*The requested resource/],
    ['elsewhere', 'No score here', /Only leads, contacts and accounts/],
  ])('%s: what is the matter and what to do', async (name, title, text) => {
    const shown = await show(sample(name))
    expect(shown.texts()[1]).toBe(title)
    expect(shown.texts().slice(2).join(' ')).toMatch(text)
    expect(shown.roles()).toEqual(['status'])
  })

  const errors: readonly [string, object, string][] = [
    ['several messages', { body: [{ message: 'One.' }, { message: 'Two.' }] }, 'One. Two.'],
    ['only a status', { status: 500, statusText: 'Server Error' }, 'Server Error'],
    ['nothing at all', {}, 'Unknown error'],
  ]
  test.each(errors)('an error with %s', async (_what, error, words) => {
    const shown = await show({ objectApiName: 'Lead', answer: { error } })
    expect(shown.texts().at(-1)).toBe(words)
  })

  test('loading is announced, and gives way to the score and to its next version', async () => {
    const shown = await show(sample('loading'))
    expect(shown.texts()).toEqual(['Lead score', 'Loading the score'])
    expect(shown.roles()).toEqual(['status'])
    const answers: Answer[] = [sample('held').answer, sample('ready').answer]
    for (const [index, answer] of answers.entries()) {
      await shown.answer(answer)
      expect(shown.texts()).toContain(['71', '100'][index])
      expect(shown.tags()).not.toContain('lightning-spinner')
    }
  })
})
