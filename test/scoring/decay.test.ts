import { describe, expect, test } from 'vitest'
import { compileDecay, noFading, shareAt } from '../../src/scoring/engine/decay.ts'
import { DAY } from './models.ts'

describe('what is left of an occurrence', () => {
  const halfLife = compileDecay({ half_life: '10d' })
  const linear = compileDecay({ linear: '10d' })
  const window = compileDecay({ window: '10d' })
  const steps = compileDecay({ steps: { every: '10d', lose: 0.4 } })

  test.each([
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
    ['nothing', noFading, 10_000, 1],
  ])('by %s after %d days', (_kind, fading, days, left) => {
    // Two ways to the same number: one for going through many, one for looking at the rule itself.
    expect(fading.share(days * DAY)).toBeCloseTo(left, 12)
    expect(shareAt(fading, days * DAY)).toBeCloseTo(left, 12)
  })

  test('is exact after whole half-lives', () => {
    expect(shareAt(halfLife, 30 * DAY)).toBe(0.125)
    expect(halfLife.share(30 * DAY)).toBe(0.125)
  })

  test('is nothing where there is no such signal', () => {
    expect(shareAt(undefined, 0)).toBe(0)
  })

  test('lasts for ever without a decay only', () => {
    expect(compileDecay(undefined)).toBe(noFading)
    expect(compileDecay('none')).toBe(noFading)
    const lasting = [noFading, halfLife, linear, window, steps].map(({ isLasting }) => isLasting)
    expect(lasting).toEqual([true, false, false, false, false])
  })
})
