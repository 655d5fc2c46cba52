import {
  type ConditionDocument,
  type OperatorsDocument,
  type Scalar,
  type TestDocument,
  testsOf,
} from '../language/predicate-document.ts'
import { operatorsOf } from './condition-places.ts'

/** Years are written plainly; larger numbers are easier to read in groups of three. */
const FIRST_GROUPED = 10_000
/** Of these a thousand is a number like any other, never a year. */
const AMOUNTS = /employees|revenue|amount|value|size|users|seats|views|visits|count/

/**
 * A condition in words: "company employees at least 1,000 and person region EMEA". Parts that hold alternatives
 * stand in brackets. The text is plain, not escaped for anything.
 */
export function describeCondition(condition: ConditionDocument): string {
  return joined(partsOf(condition))
}

/** A single part needs no brackets around it. */
export function joined(parts: readonly string[]): string {
  const [only = ''] = parts
  const isBracketed = parts.length === 1 && only.startsWith('(') && only.endsWith(')')
  return isBracketed ? only.slice(1, -1) : parts.join(' and ')
}

function partsOf(condition: ConditionDocument): string[] {
  const { all = [], any = [], none = [] } = condition
  return [
    ...testsOf(condition).map(([field, test]) => describeTest(field, test)),
    ...all.map((branch) => inBrackets(branch)),
    ...(any.length > 0 ? [alternatives(any)] : []),
    ...(none.length > 0 ? [`not ${alternatives(none)}`] : []),
  ]
}

function alternatives(branches: readonly ConditionDocument[]): string {
  return `(${branches.map(inBrackets).join(' or ')})`
}

function inBrackets(branch: ConditionDocument): string {
  const words = describeCondition(branch)
  const { all = [], any = [], none = [] } = branch
  const parts = testsOf(branch).length + all.length + any.length + none.length
  return parts > 1 ? `(${words})` : words
}

function describeTest(field: string, test: TestDocument): string {
  const write = (value: Scalar) => readable(value, field)
  const phrases = phrasesOf(operatorsOf(test), write)
  return `${fieldName(field)} ${phrases.join(' and ')}`
}

/** "company employees" of `company.employees` */
export function fieldName(field: string): string {
  return field.replaceAll(/[._]/g, ' ')
}

type Write = (value: Scalar) => string

function phrasesOf(test: OperatorsDocument, write: Write): string[] {
  return [...equality(test, write), ...bounds(test, write), ...searches(test), ...presence(test)]
}

function equality({ eq, in: oneOf, not_in }: OperatorsDocument, write: Write): string[] {
  return [
    ...(eq === undefined ? [] : [`is ${write(eq)}`]),
    ...(oneOf === undefined ? [] : [`is ${listed(oneOf.map(write), 'or')}`]),
    ...(not_in === undefined ? [] : [`is not ${listed(not_in.map(write), 'or')}`]),
  ]
}

function bounds({ gt, gte, lt, lte, between }: OperatorsDocument, write: Write): string[] {
  return [
    ...(gt === undefined ? [] : [`above ${write(gt)}`]),
    ...(gte === undefined ? [] : [`at least ${write(gte)}`]),
    ...(lt === undefined ? [] : [`below ${write(lt)}`]),
    ...(lte === undefined ? [] : [`at most ${write(lte)}`]),
    ...(between === undefined ? [] : [`from ${write(between[0])} to ${write(between[1])}`]),
  ]
}

function searches({ starts_with, ends_with, contains, matches }: OperatorsDocument): string[] {
  return [
    ...(starts_with === undefined ? [] : [`begins with ${quoted(starts_with)}`]),
    ...(ends_with === undefined ? [] : [`ends with ${quoted(ends_with)}`]),
    ...(contains === undefined ? [] : [`contains ${quoted(contains)}`]),
    ...(matches === undefined ? [] : [`matches the pattern ${quoted(matches)}`]),
  ]
}

function presence({ exists, unknown }: OperatorsDocument): string[] {
  const isKnown = [
    ...(exists === undefined ? [] : [exists]),
    ...(unknown === undefined ? [] : [!unknown]),
  ]
  return isKnown.map((known) => (known ? 'is known' : 'is unknown'))
}

/** "a, b or c" */
export function listed(items: readonly string[], word: 'and' | 'or'): string {
  const last = items.at(-1) ?? ''
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} ${word} ${last}`
}

function readable(value: Scalar, field: string): string {
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (typeof value === 'string') return /^[\w./-]+$/.test(value) ? value : quoted(value)
  const isGrouped = Math.abs(value) >= FIRST_GROUPED || AMOUNTS.test(field)
  return isGrouped ? value.toLocaleString('en-US', { maximumFractionDigits: 6 }) : String(value)
}

function quoted(text: string): string {
  return `"${text}"`
}
