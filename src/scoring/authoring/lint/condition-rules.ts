import { canonicalJson } from '../../language/content-hash.ts'
import type { Path } from '../../language/model-problem.ts'
import {
  CONNECTIVES,
  type ConditionDocument,
  type TestDocument,
  testsOf,
} from '../../language/predicate-document.ts'
import { conditionsOf, operatorsOf } from '../condition-places.ts'
import { decidingValues, isSearch, probeConditions } from './probe.ts'
import { canBeList } from './reach.ts'
import type { Flaw, Rule, Subject } from './rule.ts'

export const CONDITION_RULES: readonly Rule[] = [
  { name: 'never-holds', severity: 'warning', check: contradictions },
  { name: 'unreachable-route', severity: 'warning', check: unreachableRoutes },
]

function contradictions({ document, vocabulary }: Subject): Flaw[] {
  const isList = (field: string) => canBeList(field, vocabulary)
  return conditionsOf(document).flatMap(({ condition, path, about }) => {
    const asked = about === 'facts' ? condition : aboutFacts(condition)
    const contradicted = contradictedField(asked, isList)
    if (contradicted === undefined) return []
    const field = about === 'facts' ? contradicted : contradicted.replace(/^person\./, '')
    return [
      {
        path: placeOf(field, condition, path),
        message: `no value of ${field} meets this condition`,
        remedy: 'Check the bounds and words that contradict each other; use any for alternatives.',
      },
    ]
  })
}

function placeOf(field: string, condition: ConditionDocument, path: Path): Path {
  return Object.hasOwn(condition, field) ? [...path, field] : path
}

/** Attributes of an activity, dressed as facts so that the same probe can be asked. */
function aboutFacts(condition: ConditionDocument): ConditionDocument {
  const branches = CONNECTIVES.flatMap((connective) => {
    const list = condition[connective]
    return list === undefined ? [] : [[connective, list.map(aboutFacts)] as const]
  })
  const tests = testsOf(condition).map(([name, test]) => [`person.${name}`, test] as const)
  return Object.fromEntries([...tests, ...branches])
}

type IsList = (field: string) => boolean

/** A field of which no value can meet everything that is asked of it; `none` is not looked into. */
function contradictedField(condition: ConditionDocument, isList: IsList): string | undefined {
  for (const [field, tests] of Map.groupBy(jointTests(condition), ([name]) => name)) {
    const asked = tests.map(([name, test]): ConditionDocument => ({ [name]: test }))
    if (!canBeMet(field, asked, isList(field))) return field
  }
  const branches = condition.any?.map((branch) => contradictedField(branch, isList)) ?? []
  return branches.every((field) => field !== undefined) ? branches[0] : undefined
}

/** The comparisons that must all hold, without those that search in texts. */
function jointTests(condition: ConditionDocument): [string, TestDocument][] {
  const own = testsOf(condition).flatMap(([field, test]): [string, TestDocument][] => {
    const comparisons = Object.entries(operatorsOf(test)).filter(([name]) => !isSearch(name))
    return comparisons.length === 0 ? [] : [[field, Object.fromEntries(comparisons)]]
  })
  return [...own, ...(condition.all ?? []).flatMap(jointTests)]
}

function canBeMet(field: string, tests: readonly ConditionDocument[], isList: boolean): boolean {
  const probe = probeConditions([{ all: tests }])
  return decidingValues(tests, isList).some((value) => probe(field, value)[0])
}

/** The first entry that holds wins; one that asks for more than an earlier one is never asked. */
function unreachableRoutes({ document: { routing } }: Subject): Flaw[] {
  const flaws: Flaw[] = []
  for (const [index, { when, to }] of routing.entries()) {
    const blocking = routing.slice(0, index).findIndex((each) => asksNoMore(each.when, when))
    if (blocking < 0) continue
    flaws.push({
      path: ['routing', index],
      message: `nobody is routed to ${to} here: entry ${blocking + 1} holds whenever this one does`,
      remedy: 'Move the more specific entry up.',
    })
  }
  return flaws
}

function asksNoMore(
  loose: ConditionDocument | undefined,
  strict: ConditionDocument | undefined,
): boolean {
  if (loose === undefined) return true
  if (strict === undefined) return false
  return Object.entries(loose).every(([key, asked]) => sameJson(asked, strict[key]))
}

function sameJson(one: unknown, other: unknown): boolean {
  return other !== undefined && canonicalJson(one) === canonicalJson(other)
}
