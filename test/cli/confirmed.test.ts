import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { confirmed } from '../../src/cli/confirmed.ts'

describe('the question before a change', () => {
  const terminal = () => ({
    input: Object.assign(new PassThrough(), { isTTY: true }),
    output: Object.assign(new PassThrough(), { isTTY: true }),
  })
  test.each([
    ['y\n', true],
    ['Yes\n', true],
    ['\n', false],
    ['n\n', false],
    ['yesterday\n', false],
    ['\u0003', false],
  ])('%j is taken as %s', async (typed, taken) => {
    const { input, output } = terminal()
    const answer = confirmed('Publish?', false, { input, output })
    input.write(typed)
    expect(await answer).toBe(taken)
    expect(String(output.read())).toContain('Publish? [y/N] ')
  })

  test('the end of the input is a no', async () => {
    const { input, output } = terminal()
    const answer = confirmed('Publish?', false, { input, output })
    input.end()
    expect(await answer).toBe(false)
  })

  test('is not asked of scripts, nor of whoever says --yes', async () => {
    const { input, output } = terminal()
    expect(await confirmed('Publish?', true, { input, output })).toBe(true)
    const piped = { input: new PassThrough(), output }
    expect(await confirmed('Publish?', false, piped)).toBe(true)
    expect(output.read()).toBeNull()
  })
})
