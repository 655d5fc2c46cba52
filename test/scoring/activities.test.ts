import { describe, expect, test } from 'vitest'
import { modelOf, score, signals } from './models.ts'

function engagement(signal: string, activities: readonly Record<string, unknown>[]): number {
  const model = modelOf({ signals: signals(`dimension: engagement, ${signal}`) })
  return score(model, { activities }).engagement
}

function views(...ages: readonly string[]): Record<string, unknown>[] {
  return ages.map((age) => ({ type: 'page_view', path: '/pricing', age }))
}

describe('at_most', () => {
  const weekly = 'id: s, points: 10, on: page_view, at_most: { times: 1, per: 7d }'
  const cases: [string, string, string[], number][] = [
    ['a second visit within the week counts nothing', weekly, ['8d', '2d'], 10],
    ['the first visit at the end of the week opens the next', weekly, ['8d', '1d'], 20],
    ['the period begins with a visit, not with the calendar', weekly, ['20d', '14d', '12d'], 20],
    [
      'times counts inside the period',
      'id: s, points: 10, on: page_view, at_most: { times: 2, per: 7d }',
      ['3d', '2d', '1d'],
      20,
    ],
    [
      'without `per` it holds for ever',
      'id: s, points: 10, on: page_view, at_most: { times: 1 }',
      ['400d', '1d'],
      10,
    ],
  ]
  test.each(cases)('%s', (_name, signal, ages, expected) => {
    expect(engagement(signal, views(...ages))).toBe(expected)
  })
})

describe('repeated in the last days', () => {
  const thrice = 'id: s, points: 10, on: page_view, repeated: { times: 3, in_last: 30d }'
  const cases: [string, string, string[], number][] = [
    ['two visits are not three', thrice, ['2d', '1d'], 0],
    ['three count once', thrice, ['20d', '2d', '1d'], 10],
    ['ten count once as well', thrice, Array.from({ length: 10 }, (_, day) => `${day}d`), 10],
    ['what is older than the window does not help', thrice, ['31d', '2d', '1d'], 0],
    ['a visit leaves the window at its end', thrice, ['30d', '2d', '1d'], 0],
    ['it does not fade before', thrice, ['29d', '29d', '29d'], 10],
    [
      'it may take points away',
      'id: s, points: -10, on: page_view, repeated: { times: 2, in_last: 30d }',
      ['2d', '1d'],
      -10,
    ],
  ]
  test.each(cases)('%s', (_name, signal, ages, expected) => {
    const model = modelOf({
      signals: signals(
        `dimension: engagement, ${signal}`,
        'id: base, dimension: engagement, points: 50, on: base',
      ),
    })
    const activities = [...views(...ages), { type: 'base', age: '0d' }]
    expect(score(model, { activities }).engagement).toBe(50 + expected)
  })

  test('the line names the activities in the window, and the next change is when one leaves it', () => {
    const model = modelOf({ signals: signals(`dimension: engagement, ${thrice}`) })
    const result = score(model, { activities: views('40d', '25d', '2d', '1d') })
    expect(result.contributions).toMatchObject([{ signal: 's', points: 10, decayed: 0 }])
    expect(result.contributions[0]?.because.map(({ at }) => at)).toEqual([
      '2026-10-27T00:00:00.000Z',
      '2026-11-19T00:00:00.000Z',
      '2026-11-20T00:00:00.000Z',
    ])
    expect(result.nextChangeAt).toBe('2026-11-26T00:00:00.000Z')
  })
})

describe('repeated', () => {
  const thrice = 'id: s, points: 10, on: page_view, repeated: { times: 3, within: 30d }'
  const cases: [string, string, string[], number][] = [
    ['two visits are not three', thrice, ['2d', '1d'], 0],
    ['three inside the month', thrice, ['30d', '10d', '0d'], 10],
    ['three in more than a month', thrice, ['31d', '10d', '0d'], 0],
    ['a late third after a stale first', thrice, ['90d', '20d', '10d', '0d'], 10],
    ['six visits count once', thrice, ['6d', '5d', '4d', '3d', '2d', '1d'], 10],
    [
      'six visits are two runs where that is allowed',
      `${thrice}, at_most: { times: 5 }`,
      ['6d', '5d', '4d', '3d', '2d', '1d'],
      20,
    ],
    [
      'a run that did not count leaves its visits to the next',
      `${thrice}, at_most: { times: 1, per: 30d }`,
      ['33d', '32d', '31d', '20d', '2d', '1d', '0d'],
      20,
    ],
    [
      'its age is that of the visit that completed it',
      `${thrice}, decay: { half_life: 10d }`,
      ['30d', '20d', '10d'],
      5,
    ],
  ]
  test.each(cases)('%s', (_name, signal, ages, expected) => {
    expect(engagement(signal, views(...ages))).toBe(expected)
  })
})

describe('sequence', () => {
  const comesBack =
    'id: s, points: 15, within: 30d, sequence: [{ on: page_view, where: { topic: solution } }, { on: content_downloaded, where: { kind: case_study } }]'
  const view = (age: string) => ({ type: 'page_view', topic: 'solution', age })
  const study = (age: string) => ({ type: 'content_downloaded', kind: 'case_study', age })
  const cases: [string, Record<string, unknown>[], number][] = [
    ['in order and in time', [view('10d'), study('1d')], 15],
    ['handed in backwards', [study('1d'), view('10d')], 15],
    ['the wrong way round', [study('10d'), view('1d')], 0],
    ['exactly within', [view('31d'), study('1d')], 15],
    ['too late', [view('32d'), study('1d')], 0],
    [
      'a later start succeeds where an earlier one failed',
      [view('60d'), view('20d'), study('1d')],
      15,
    ],
    ['at the same moment nothing follows anything', [view('1d'), study('1d')], 0],
    ['twice counts once', [view('9d'), study('8d'), view('2d'), study('1d')], 15],
  ]
  test.each(cases)('%s', (_name, activities, expected) => {
    expect(engagement(comesBack, activities)).toBe(expected)
  })

  test('twice counts twice where at_most allows it', () => {
    const activities = [view('9d'), study('8d'), study('7d'), view('2d'), study('1d')]
    expect(engagement(`${comesBack}, at_most: { times: 9 }`, activities)).toBe(30)
  })

  test('one activity does not serve two steps', () => {
    const signal =
      'id: s, points: 15, within: 30d, sequence: [{ on: page_view }, { on: page_view }]'
    expect(engagement(signal, views('1d'))).toBe(0)
    expect(engagement(signal, views('2d', '1d'))).toBe(15)
  })

  test('its age is that of the last step', () => {
    expect(engagement(`${comesBack}, decay: { half_life: 10d }`, [view('20d'), study('10d')])).toBe(
      7.5,
    )
  })
})

describe('replaces', () => {
  const model = modelOf({
    signals: signals(
      'id: registered, dimension: engagement, points: 10, on: webinar_registered, at_most: { times: 1, per: 30d }',
      'id: attended, dimension: engagement, points: 25, on: webinar_attended, scale_by: attended_share, replaces: webinar_registered',
      'id: missed, dimension: engagement, points: -5, on: webinar_no_show, replaces: [registered, attended]',
    ),
  })
  const done = (type: string, event: string, more = {}) => ({ type, event, age: '1d', ...more })
  const cases: [string, Record<string, unknown>[], number][] = [
    [
      'attending takes the registration for the same event',
      [done('webinar_registered', 'w1'), done('webinar_attended', 'W1 ')],
      25,
    ],
    ['but not for another', [done('webinar_registered', 'w2'), done('webinar_attended', 'w1')], 35],
    [
      'half attended is half earned',
      [done('webinar_attended', 'w1', { attended_share: 0.5 })],
      12.5,
    ],
    ['more than all is all', [done('webinar_attended', 'w1', { attended_share: 3 })], 25],
    [
      'a replaced registration opens no period for the next',
      [
        done('webinar_registered', 'w1', { age: '3d' }),
        done('webinar_registered', 'w2'),
        done('webinar_attended', 'w1'),
      ],
      35,
    ],
    [
      'without an event nothing is replaced',
      [
        { type: 'webinar_registered', age: '1d' },
        { type: 'webinar_attended', age: '1d' },
      ],
      35,
    ],
    [
      'what is itself replaced replaces nothing',
      [
        done('webinar_registered', 'w1'),
        done('webinar_attended', 'w1'),
        done('webinar_no_show', 'w1'),
      ],
      0,
    ],
  ]
  test.each(cases)('%s', (_name, activities, expected) => {
    expect(score(model, { activities }).engagement).toBe(expected)
  })
})

describe('inactive_for', () => {
  const model = modelOf({
    signals: signals(
      'id: demo, dimension: engagement, points: 50, on: demo_requested',
      'id: quiet, dimension: engagement, points: -10, inactive_for: 30d',
    ),
  })
  test.each([
    ['29d', 50],
    ['30d', 40],
    ['89d', 30],
    ['400d', 0],
  ])('the last activity %s ago leaves %d', (age, expected) => {
    expect(score(model, { activities: [{ type: 'demo_requested', age }] }).engagement).toBe(
      expected,
    )
  })

  test('any activity ends the silence', () => {
    const activities = [
      { type: 'demo_requested', age: '90d' },
      { type: 'email_open', age: '1d' },
    ]
    expect(score(model, { activities }).engagement).toBe(50)
  })

  test('somebody without any activity has not gone quiet', () => {
    expect(score(model, {}).contributions).toEqual([])
  })
})

describe('only', () => {
  const signal =
    'id: s, points: 10, on: page_view, where: { path: { starts_with: /careers } }, only: true'
  const careers = { type: 'page_view', path: '/careers', age: '2d' }

  test('counts while nothing else is known', () => {
    expect(engagement(signal, [careers])).toBe(10)
  })
  test('counts nothing beside another activity', () => {
    expect(engagement(signal, [careers, ...views('1d')])).toBe(0)
  })
})

describe('activities ahead of the clock', () => {
  const model = modelOf({
    signals: signals('id: s, dimension: engagement, points: 10, on: a, decay: { half_life: 1d }'),
  })
  test.each([
    ['2026-11-21T00:05:00Z', 10],
    ['2026-11-21T00:05:00.001Z', 0],
  ])('at %s counts %d', (at, expected) => {
    expect(score(model, { activities: [{ type: 'a', at }] }).engagement).toBe(expected)
  })
})
