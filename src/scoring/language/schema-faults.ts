import type { z } from 'zod'
import { type Fault, type Path, suggest } from './model-problem.ts'

type Issue = z.core.$ZodIssue
/** Keys that the schema knows at a place, for "did you mean". */
export type KnownKeys = (path: Path) => readonly string[]

/** Turns what the schema found into faults that a RevOps person can act on. */
export function faultsOf(issues: readonly Issue[], knownKeys: KnownKeys): Fault[] {
  return issues.flatMap((issue) => faultsOfIssue(issue, [], knownKeys))
}

function faultsOfIssue(issue: Issue, base: Path, knownKeys: KnownKeys): Fault[] {
  const path = [...base, ...issue.path.map(stepOf)]
  switch (issue.code) {
    case 'unrecognized_keys':
      return unknownKeys(issue.keys, path, knownKeys(path))
    case 'invalid_union':
      return faultsOfUnion(issue, path, knownKeys)
    case 'invalid_key':
      return faultsOf(issue.issues, knownKeys).map((fault) => ({ ...fault, path }))
    case 'invalid_value':
      return [{ path, message: 'this is not one of the allowed words', remedy: allowed(issue) }]
    case 'custom':
      return [{ path, message: issue.message, remedy: remedyOf(issue.params) }]
    default:
      return [plainFault(issue, path)]
  }
}

function unknownKeys(keys: readonly string[], path: Path, known: readonly string[]): Fault[] {
  return keys.map((key) => ({
    path: [...path, key],
    message: `${key === '' ? 'an empty key' : key} is not known here`,
    remedy: key === '<<' ? 'Merging is not read; write the keys out.' : suggest(key, known),
  }))
}

function stepOf(step: PropertyKey): string | number {
  return typeof step === 'number' ? step : String(step)
}

function allowed(issue: z.core.$ZodIssueInvalidValue): string {
  return `Use ${issue.values.map(String).join(', ')}.`
}

function remedyOf(params: Readonly<Record<string, unknown>> | undefined): string {
  const remedy = params?.['remedy']
  return typeof remedy === 'string' ? remedy : 'Compare with the scoring model page.'
}

/** The branch that got past the first look is the one the author meant. */
function faultsOfUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  path: Path,
  knownKeys: KnownKeys,
): Fault[] {
  const meant = issue.errors.find((branch) => !branch.some(isOtherKind))
  if (meant !== undefined) {
    return meant.flatMap((each) => faultsOfIssue(each, path, knownKeys))
  }
  return [{ path, message: 'this value cannot stand here', remedy: remedyOfUnion(issue, path) }]
}

function remedyOfUnion(issue: z.core.$ZodIssueInvalidUnion, path: Path): string {
  const words = issue.errors.flat().find((each) => each.code === 'invalid_value')
  if (words !== undefined) return allowed(words)
  if (path.some((step) => CONDITIONS.includes(step))) {
    return 'Compare with one value, or with several as { in: [a, b] }; unknown is { unknown: true }.'
  }
  return 'Write a text, a number, true or false, or a block of keys.'
}

const CONDITIONS: readonly Path[number][] = ['when', 'unless', 'where']

function isOtherKind(issue: Issue): boolean {
  if (issue.path.length > 0) return false
  if (issue.code === 'invalid_union') {
    return issue.errors.every((branch) => branch.some(isOtherKind))
  }
  return issue.code === 'invalid_type' || issue.code === 'invalid_value'
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a block of keys',
  record: 'a block of keys',
  tuple: 'a list of two',
}

function plainFault(issue: Issue, path: Path): Fault {
  if (issue.code === 'invalid_type') {
    if (path.length === 0) return NO_MODEL
    const kind = KINDS[issue.expected] ?? issue.expected
    return { path, message: typeMessage(issue, path, kind), remedy: `Write ${kind} here.` }
  }
  return { path, message: plainMessage(issue), remedy: boundOf(issue) }
}

const NO_MODEL: Fault = {
  path: [],
  message: 'this is not a model: it must be a block of keys',
  remedy: 'Begin with model: NAME, then dimensions: and signals:.',
}

function typeMessage(issue: Issue, path: Path, kind: string): string {
  const [, received] = / received -?(\w+)$/.exec(issue.message) ?? []
  if (received === 'undefined') return `${String(path.at(-1))} is missing`
  if (received === 'Infinity') return `this must be ${kind} that is not too large`
  return `this must be ${kind}`
}

function plainMessage(issue: Issue): string {
  if (issue.code === 'too_small') return 'this is too small or too short'
  if (issue.code === 'too_big') return 'this is too large or too long'
  return issue.message
}

function boundOf(issue: Issue): string {
  if (issue.code === 'too_small') {
    return `${issue.inclusive === false ? 'It must be above' : 'The least is'} ${issue.minimum}.`
  }
  if (issue.code === 'too_big') return `The most is ${issue.maximum}.`
  if (issue.code === 'invalid_format' && issue.format === 'datetime') {
    return 'Write for example 2026-11-01T09:00:00Z.'
  }
  return 'Compare with the scoring model page.'
}
