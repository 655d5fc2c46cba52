import { expect } from 'vitest'
import { type LintFinding, lintModel } from '../../../src/scoring/authoring/lint-model.ts'
import { modelOf } from '../models.ts'

/** A rule, a model's parts on which it speaks, and parts so close to them that its silence means something. */
export interface RuleCase {
  readonly rule: string
  readonly what: string
  readonly fires: Readonly<Record<string, string>>
  readonly silent: Readonly<Record<string, string>>
  /** Where the finding stands. */
  readonly path: string
  readonly says: RegExp
}

export function findingsOf(rule: string, parts: Readonly<Record<string, string>>): LintFinding[] {
  const all = lintModel(modelOf({ signals: SOME_SIGNALS, ...parts }))
  return all.filter((finding) => finding.rule === rule)
}

const SOME_SIGNALS =
  '[{ id: a, label: A, dimension: fit, points: 60, when: { person.title: ceo } }]'

export function expectCase({ rule, fires, silent, path, says }: RuleCase): void {
  const findings = findingsOf(rule, fires)
  expect(findings.map((finding) => finding.path)).toEqual([path])
  expect(findings[0]?.message).toMatch(says)
  expect(findings[0]?.remedy).toMatch(/\S.*[.?]$/)
  expect(findingsOf(rule, silent)).toEqual([])
}

/** One signal in flow style. */
export function signal(rest: string, id = 'a'): string {
  return `{ id: ${id}, label: A label, dimension: engagement, points: 10, ${rest} }`
}

export function fitting(rest: string, id = 'a'): string {
  return `{ id: ${id}, label: A label, dimension: fit, ${rest} }`
}

export function list(...items: readonly string[]): string {
  return `[${items.join(', ')}]`
}

/** One gate, as a list of gates; `more` stands inside `then`. */
export function gate(condition: string, more = ''): string {
  return `[{ id: g, ${condition}, then: { stage_at_most: mql, reason: R${more} } }]`
}
