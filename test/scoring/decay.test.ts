import { describe, expect, test } from 'vitest'
import { compileDecay, noFading, shareAt } from '../../src/scoring/engine/decay.ts'
import type { DecayDocument } from '../../src/scoring/language/model-schema.ts'
import { DAY } from './models.ts'

describe('what is left of an occurrence', () => {
  const halfLife = { half_life: '10d' } as const
  const linear = { linear: '10d' } as const
  const window = { window: '10d' } as const
  const steps = { steps: { every: '10d', lose: 0.4 } } as const

  test.each<[string, DecayDocument, number, number]>([
    ['half-life', halfLife, 0, 1],
    ['half-life', halfLife, 10, 0.5],
    ['half-life', halfLife, 30, 0.125],
    ['half-life', halfLife, 5, Math.SQRT1_2],
    ['straight line', linear, 0, 1],
    ['straight line', linear, 4, 0.6],
    ['straight line', linear, 10, 0],
    ['straight line', linear, 11, 0],
    ['window', window, 0, 1],
    ['window', window, 10 - 1 / DAY, 1],
    ['window', window, 10, 0],
    ['steps', steps, 9.9, 1],
    ['steps', steps, 10, 0.6],
    ['steps', steps, 25, 0.2],
    ['steps', steps, 30, 0],
    ['nothing', 'none', 10_000, 1],
  ])('by %s after %d days', (_kind, decay, days, left) => {
    const fading = compileDecay(decay)
    // Two ways to the same number: one for going through many, one for looking at the rule itself.
    expect(fading.share(days * DAY)).toBeCloseTo(left, 12)
    expect(shareAt(fading, days * DAY)).toBeCloseTo(left, 12)
  })

  test('is exact after whole half-lives', () => {
    const fading = compileDecay(halfLife)
    expect(shareAt(fading, 30 * DAY)).toBe(0.125)
    expect(fading.share(30 * DAY)).toBe(0.125)
  })

  test('is nothing where there is no such signal', () => {
    expect(shareAt(undefined, 0)).toBe(0)
  })

  test('lasts for ever without a decay only', () => {
    expect(compileDecay(undefined)).toBe(noFading)
    expect(compileDecay('none')).toBe(noFading)
    const lasting = ['none' as const, halfLife, linear, window, steps].map(compileDecay)
    expect(lasting.map(({ isLasting }) => isLasting)).toEqual([true, false, false, false, false])
  })
})
