import { z } from 'zod'
import type { SandboxRequest } from './endpoint.ts'
import { type ApiError, apiError, type BatchFailure, batchFailure, invalid } from './errors.ts'
import type { Values } from './object-table.ts'
import { findProperty } from './property-table.ts'
import { RECORD_TYPES, type RecordType } from './record.ts'
import { readSetting, type Store, writeSetting } from './store.ts'

/** The first version of the API that heeds the rules of the customer's admin. */
const ENFORCED_FROM = '2026-09'
const SETTING = 'admin_rules'
const MISSING = 'MISSING_CONDITIONAL_REQUIRED_PROPERTY'

/** Who has one value must have another, too. */
const Rule = z.strictObject({
  objectType: z.enum(RECORD_TYPES),
  when: z.strictObject({ property: z.string(), equals: z.string() }),
  requires: z.string(),
  /** A batch names the record in a 207 instead of being refused. Nobody has published which it is. */
  perRecord: z.boolean().default(false),
  /** Stops only writes of one of its two properties. Whether the others are stopped is unpublished, too. */
  onlyWhenTouched: z.boolean().default(false),
})
type Rule = z.infer<typeof Rule>

/** The rules of a portal, all at once; an empty list ends them. */
export const RuleList = z.array(Rule)

/** @throws ApiError 400 for a rule about a property that does not exist. */
export function setRules(store: Store, rules: z.infer<typeof RuleList>): void {
  for (const { objectType, when, requires } of rules)
    for (const name of [when.property, requires])
      if (!findProperty(store, objectType, name))
        throw invalid(`${objectType} have no property "${name}"`)
  writeSetting(store, SETTING, JSON.stringify(rules))
}

function rulesFor(store: Store, request: SandboxRequest, type: RecordType): readonly Rule[] {
  if ((request.params['version'] ?? '') < ENFORCED_FROM) return []
  const rules = RuleList.parse(JSON.parse(readSetting(store, SETTING) ?? '[]'))
  return rules.filter((rule) => rule.objectType === type)
}

function breaks(rule: Rule, before: Values, changes: Values): boolean {
  const { when, requires } = rule
  const touched = when.property in changes || requires in changes
  if (rule.onlyWhenTouched && !touched) return false
  const after = { ...before, ...changes }
  return after[when.property] === when.equals && (after[requires] ?? '') === ''
}

function wordsOf({ when, requires }: Rule): string {
  return `"${requires}" is required when "${when.property}" is "${when.equals}"`
}

function contextOf(rule: Rule): Record<string, readonly string[]> {
  return { propertyName: [rule.requires] }
}

function refusal(rule: Rule): ApiError {
  const message = wordsOf(rule)
  const context = contextOf(rule)
  return apiError(400, 'VALIDATION_ERROR', message, {
    subCategory: MISSING,
    context,
    errors: [{ message, code: MISSING, context }],
  })
}

/** @throws ApiError 400 when a write leaves a record that breaks a rule. */
export function refuseBroken(
  store: Store,
  request: SandboxRequest,
  type: RecordType,
  before: Values,
  changes: Values,
): void {
  const broken = rulesFor(store, request, type).find((rule) => breaks(rule, before, changes))
  if (broken) throw refusal(broken)
}

interface Input {
  readonly properties: Values
}

interface BatchRules<T> {
  /** The values that a record has now; undefined where there is no such record. */
  before(input: T): Values | undefined
  /** How a failure names the input. */
  key(input: T): { readonly name: string; readonly value: string }
}

/**
 * The inputs of a batch that the rules let pass, and a failure for each that they do not.
 * @throws ApiError 400 for the whole batch when the rule is of the usual kind: one bad row poisons all.
 */
export function applyRules<T extends Input>(
  store: Store,
  request: SandboxRequest,
  type: RecordType,
  inputs: readonly T[],
  { before, key }: BatchRules<T>,
): { going: readonly T[]; failures: BatchFailure[] } {
  const rules = rulesFor(store, request, type)
  if (rules.length === 0) return { going: inputs, failures: [] }
  const failures: BatchFailure[] = []
  const going = inputs.filter((input) => {
    const values = before(input)
    const broken = values && rules.find((rule) => breaks(rule, values, input.properties))
    if (!broken) return true
    if (!broken.perRecord) throw refusal(broken)
    const { name, value } = key(input)
    const context = { [name]: [value], ...contextOf(broken) }
    failures.push(batchFailure('VALIDATION_ERROR', wordsOf(broken), context, MISSING))
    return false
  })
  return { going, failures }
}
