import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileModel } from '../../../src/scoring/engine/compile.ts'
import { diffModels } from '../../../src/scoring/history/diff-models.ts'
import type { Model } from '../../../src/scoring/language/parse.ts'
import type { Facts } from '../../../src/scoring/result.ts'
import { models, people } from '../generated.ts'
import { AS_OF } from '../models.ts'

describe('any two models', () => {
  /** A place of a document that a mutation can write to. */
  interface Leaf {
    readonly at: Record<string, unknown>
    readonly key: string
  }

  function leavesOf(value: unknown): Leaf[] {
    if (typeof value !== 'object' || value === null) return []
    // A parsed document is plain data, so every object in it can be written to by key.
    const at = value as Record<string, unknown>
    return Object.keys(at).flatMap((key) => [{ at, key }, ...leavesOf(at[key])])
  }

  const OTHER_TEXT: Readonly<Record<string, string>> = {
    a: 'b',
    b: 'c',
    c: 'a',
    sql: 'mql',
    mql: 'sql',
  }

  function otherText(value: string): string {
    const hours = /^(\d+)h$/.exec(value)?.[1]
    return hours === undefined ? (OTHER_TEXT[value] ?? value) : `${Number(hours) + 29}h`
  }

  /** Changes one value, or takes an optional part away; lists are turned around. */
  function mutate({ at, key }: Leaf): void {
    const value = at[key]
    if (typeof value === 'number') at[key] = value + 7
    if (typeof value === 'string') at[key] = otherText(value)
    if (Array.isArray(value)) at[key] = value.toReversed()
    if (key === 'at_most' || key === 'repeated') delete at[key]
  }

  /** What comes out, without the order in which it is told. */
  function outcome(model: Model, facts: Facts): string {
    const { contributions, score, grade, tier, stage, action } = compileModel(model).score(
      facts,
      AS_OF,
    )
    const lines = contributions.map(({ signal, points }) => `${signal} ${points}`).toSorted()
    return JSON.stringify({ lines, score, grade, tier, stage, action })
  }

  test('where nothing that decides differs, everybody scores the same', () => {
    const everybody = fc.array(people(), { minLength: 12, maxLength: 12 })
    let silent = 0
    let told = 0
    const check = fc.property(models(true), fc.nat(), everybody, (model, pick, list) => {
      const document = structuredClone(model.document)
      const leaves = leavesOf(document)
      const leaf = leaves[pick % leaves.length]
      if (leaf === undefined) throw new Error('a model has leaves')
      mutate(leaf)
      const after = { ...model, document }
      const differs = diffModels(model, after).some(({ decides }) => decides)
      if (differs) told++
      else silent++
      const changed = list.some((facts) => outcome(model, facts) !== outcome(after, facts))
      expect({ changed, differs }).not.toEqual({ changed: true, differs: false })
    })
    fc.assert(check, { numRuns: 500 })
    expect(Math.min(silent, told)).toBeGreaterThan(20)
  }, 30_000)

  test('there and back the same places differ', () => {
    const check = fc.property(models(true), models(true), (a, b) => {
      // A renamed signal, which decides nothing, has another path in each direction.
      const paths = (from: Model, to: Model) =>
        diffModels(from, to).flatMap(({ path, decides }) => (decides ? path : []))
      expect(paths(a, a)).toEqual([])
      expect(paths(a, b).toSorted()).toEqual(paths(b, a).toSorted())
    })
    fc.assert(check, { numRuns: 200 })
  })
})
