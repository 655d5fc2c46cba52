import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { gatherWakes } from '../../src/http/gathered-wakes.ts'
import { createLog } from '../../src/log.ts'

const woken: string[] = []
const log = createLog('silent')

beforeEach(() => {
  woken.length = 0
  vi.useFakeTimers()
})
afterEach(() => vi.useRealTimers())

describe('wake-ups after webhooks', () => {
  const wake = async (stage: string, id: string) => void woken.push(`${stage} ${id}`)

  test('are sent at once, and then once for all that were asked for meanwhile', () => {
    const wakeSoon = gatherWakes(wake, log)
    wakeSoon('fetch', 'a')
    expect(woken).toEqual(['fetch a'])
    for (let times = 0; times < 100; times++) wakeSoon('fetch', 'a')
    expect(woken).toEqual(['fetch a'])
    vi.runAllTimers()
    expect(woken).toEqual(['fetch a', 'fetch a'])
  })

  test('are sent at once again after a quiet while', () => {
    const wakeSoon = gatherWakes(wake, log)
    wakeSoon('fetch', 'a')
    vi.runAllTimers()
    expect(woken).toEqual(['fetch a'])
    wakeSoon('fetch', 'a')
    expect(woken).toEqual(['fetch a', 'fetch a'])
  })

  test('of one account or stage do not hold up those of another', () => {
    const wakeSoon = gatherWakes(wake, log)
    wakeSoon('fetch', 'a')
    wakeSoon('fetch', 'b')
    wakeSoon('erase', 'a')
    expect(woken).toEqual(['fetch a', 'fetch b', 'erase a'])
  })

  test('go on when one is lost or never ends', () => {
    const answers = [Promise.reject(new Error('the queue is away')), new Promise<void>(() => {})]
    const asked: string[] = []
    const wakeSoon = gatherWakes((stage, id) => {
      asked.push(`${stage} ${id}`)
      return answers.shift() ?? Promise.resolve()
    }, log)
    for (let times = 0; times < 3; times++) {
      wakeSoon('fetch', 'a')
      vi.runAllTimers()
    }
    expect(asked).toHaveLength(3)
  })
})
