import { expect, test } from 'vitest'
import { compileModel } from '../../src/scoring/engine/compile.ts'
import { AS_OF, factsOf, modelOf, score, signals } from './models.ts'

test('two signals that cancel each other out do not take for ever', () => {
  const model = modelOf({
    signals: signals(
      'id: base, dimension: engagement, points: 30.5, on: a',
      'id: plus, dimension: engagement, points: 90, on: a, decay: { half_life: 90d }',
      'id: minus, dimension: engagement, points: -90, on: a, decay: { half_life: 90d }',
    ),
  })
  const scorer = compileModel(model)
  const facts = factsOf({ activities: [{ type: 'a', age: '0d' }] })
  const started = performance.now()
  expect(scorer.score(facts, AS_OF).nextChangeAt).not.toBe('')
  expect(performance.now() - started).toBeLessThan(2000)
})

test('a hostile pattern runs in linear time', () => {
  const model = modelOf({
    signals: signals(
      'id: s, dimension: fit, points: 10, when: { person.x: { matches: "^(a+)+$" } }',
    ),
  })
  const started = performance.now()
  expect(score(model, { person: { x: `${'a'.repeat(50_000)}!` } }).fit).toBe(0)
  expect(performance.now() - started).toBeLessThan(1000)
})
