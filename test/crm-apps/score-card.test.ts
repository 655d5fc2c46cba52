import { describe, expect, expectTypeOf, test } from 'vitest'
import type { CardView as ShownView } from '../../crm-apps/hubspot/src/app/cards/card-view.ts'
import type { CardView } from '../../src/http/card/view.ts'
import { answering, sample, show, showing } from './rendering.ts'

/** A scored sample; anything else is a mistake of the test. */
function scored(name: string) {
  const state = sample(name)
  if (state.state !== 'scored') throw new Error(`${name} has no score`)
  return state
}

describe('the card on a person', () => {
  test.each(['ready', 'held', 'disqualified', 'little-known', 'faded'])(
    '%s: every reason is there with its points',
    async (name) => {
      const view = scored(name)
      const texts = (await show(answering(view))).texts()
      const rows = view.lines.flatMap(({ label, points, was, detail }) => [
        `${points < 0 ? '−' : '+'}${Math.abs(points)}`,
        label,
        [detail, was === null ? '' : `was +${was}`].filter(Boolean).join(' · '),
      ])
      expect(view.lines.length).toBeGreaterThan(2)
      expect(texts.join('|')).toContain(rows.join('|'))
    },
  )

  test('ready: score, tier, grade, stage and what to do', async () => {
    const texts = (await show(answering(sample('ready')))).texts()
    expect(texts.slice(0, 7)).toEqual([
      '100',
      'Tier A',
      'Fit grade A',
      'SQL',
      'Route now. ',
      'Ready for sales: get in touch now.',
      'Fit 95 · Engagement 79 · Route: emea-enterprise · Company: Acme GmbH',
    ])
    expect(texts).toContain('3 days ago · was +50')
    expect(texts).toContain('Everything that the model asks for is known.')
    expect(texts.join()).not.toMatch(/Held back|Much is still unknown|Tier . takes/)
  })

  test('held: by what, how to clear it, what the next tier takes and what is worth finding out', async () => {
    const texts = (await show(answering(sample('held')))).texts()
    const inOrder = [
      'Held back at MQL',
      'Authority unknown. To clear it, fill in: Authority to buy (from the buying role).',
      'Tier A takes:',
      '5 more points of fit for grade B',
      '“Authority unknown” resolved',
      'Worth finding out:',
      'Authority to buy (from the buying role): lifts the hold',
      'Number of employees: up to 30 points of fit',
      '2 more facts are unknown.',
      'Fades a little with the next nightly update, unless something new happens before.',
      '50 % of what the model asks for',
      'What is unknown could bring the score anywhere from 59 to 100.',
    ]
    expect(texts.filter((text) => inOrder.includes(text))).toEqual(inOrder)
    expect(texts.at(-1)).toMatch(/^Scored 2 hours ago \(21 Nov 2026, 09:12\) by model b2b-starter@/)
  })

  test('disqualified: said as such', async () => {
    const texts = (await show(answering(sample('disqualified')))).texts()
    expect(texts.filter((text) => text === 'Disqualified')).toHaveLength(2)
    expect(texts).toContain('Works for a competitor. Only a corrected record would clear it.')
  })

  test('little known: the score is called a first guess', async () => {
    const texts = (await show(answering(sample('little-known')))).texts()
    expect(texts).toContain('Much is still unknown')
    expect(texts).toContain('Number of employees: up to 30 points of fit')
  })

  test('paused: the score is shown, and that it may be old', async () => {
    const texts = (await show(answering(sample('paused')))).texts()
    expect(texts).toContain('Plumbline is paused')
    expect(texts.join()).toContain('may be out of date')
    expect(texts).toContain('99')
  })

  test('nothing counts: said instead of an empty table', async () => {
    const texts = (await show(answering(sample('nothing-counts')))).texts()
    expect(texts).toContain('Nothing counts yet, neither for nor against.')
    expect(texts).not.toContain('Points')
  })

  test('in the sidebar: the strongest reasons and where the others are', async () => {
    const { texts, names } = await show(answering(sample('ready')), 'short')
    expect(texts()).toContain('+48.9 Asked for a demo (was +50)')
    expect(texts()).toContain('7 more on the tab “Lead score”.')
    expect(names()).not.toContain('Table')
  })
})

describe('the card on a company', () => {
  test('shows who is engaged, who is missing and what each brings', async () => {
    const view = scored('company')
    const texts = (await show(answering(view), 'full', '0-2')).texts()
    for (const reason of view.lines) expect(texts).toContain(reason.label)
    expect(texts).toContain('Buying group: 2 of 4 engaged')
    const rows = ['Decision maker', 'Bo Sand', 'Quiet', 'Budget holder', 'Nobody yet', 'Missing']
    expect(texts.join('|')).toContain(rows.join('|'))
    expect(texts.join('|')).toContain('Champion|Ann Lee|Engaged')
    expect(texts).toContain('24.8 more points (75 in all)')
  })
})

describe('the card without a score', () => {
  test.each([
    ['unknown', 'Not read yet', 404],
    ['not-scored', 'No score yet', 200],
    ['no-accounts', 'No score yet', 200],
    ['disconnected', 'Plumbline is not connected', 200],
  ])('%s: what is the matter and what to do', async (name, title, status) => {
    const state = sample(name)
    if (!('text' in state)) throw new Error(`${name} has a score`)
    const texts = (await show(answering(state, status))).texts()
    expect(texts.slice(0, 2)).toEqual([title, state.text])
  })

  const broken: [string, () => Promise<Response>, RegExp][] = [
    ['no answer', () => Promise.reject(new Error('timeout')), /did not answer/],
    ['an error of ours', async () => new Response('no', { status: 503 }), /did not answer/],
    ['a page of a proxy', async () => new Response('<html>', { status: 200 }), /did not answer/],
    ['an answer of tomorrow', async () => Response.json({ state: 'new' }), /did not answer/],
    ['a refused signature', async () => new Response('', { status: 401 }), /client secret/],
    ['too many cards', async () => new Response('', { status: 429 }), /few seconds/],
  ]
  test.each(broken)('after %s it says what to do', async (_what, fetch, words) => {
    const texts = (await show(fetch)).texts()
    expect(texts[0]).toBe('The score cannot be shown')
    expect(texts[1]).toMatch(words)
  })

  test('trying again asks again', async () => {
    const answers = [new Response('', { status: 503 }), Response.json(sample('held'))]
    const shown = await show(async () => answers.shift() ?? Response.error())
    shown.press('Try again')
    await shown.until(() => shown.texts().includes('Held back at MQL'))
  })

  test('while it loads there is a spinner', () => {
    expect(showing(() => new Promise(() => {})).names()).toEqual(['LoadingSpinner'])
  })

  test('other kinds of records are told so without asking', async () => {
    const fetch = () => Promise.reject(new Error('it asked'))
    expect((await show(fetch, 'full', '0-3')).texts()[1]).toBe(
      'Only contacts and companies have scores.',
    )
  })
})

test.each([
  ['0-1', 'contacts'],
  ['0-2', 'companies'],
])('records of type %s are asked for as %s', async (objectTypeId, name) => {
  const asked: unknown[] = []
  await show(
    async (...request) => {
      asked.push(request)
      return Response.json(sample('held'))
    },
    'full',
    objectTypeId,
  )
  expect(asked).toEqual([
    [
      `https://plumbline.example.com/cards/hubspot/${name}/51`,
      { method: 'GET', timeout: expect.any(Number) },
    ],
  ])
})

test('card and server speak of the same things', () => {
  expectTypeOf<ShownView>().toEqualTypeOf<CardView>()
})
