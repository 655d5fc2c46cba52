import { RE2JS } from 're2js'
import { z } from 'zod'
import { MAX_PATTERN_SIZE, patternSize } from './pattern-size.ts'

/** What `matches` compiles to: case-insensitive like every other comparison of text. */
export function compilePattern(pattern: string): RE2JS {
  return RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE)
}

/** Bounds what one comparison may cost; a readable pattern has a few dozen characters. */
const MAX_PATTERN = 500
const MAX_PATTERN_NESTING = 50

function patternFault(pattern: string): string | undefined {
  if (pattern.length > MAX_PATTERN) return `it has more than ${MAX_PATTERN} characters`
  if (pattern.split('(').length > MAX_PATTERN_NESTING) return 'it has too many groups'
  if (patternSize(pattern) > MAX_PATTERN_SIZE) return 'its {…} and \\p repeat too much'
  try {
    compilePattern(pattern)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : 'it cannot be read'
  }
}

const scalar = z.union([z.string(), z.number(), z.boolean()])
const scalars = z.array(scalar).min(1)
const pattern = z.string().superRefine((value, context) => {
  const fault = patternFault(value)
  if (fault === undefined) return
  context.addIssue({
    code: 'custom',
    message: `"${value.slice(0, 60)}" is not a regular expression we can run: ${fault}`,
    params: {
      remedy: 'Use RE2 syntax: no back-references, no look-around, balanced brackets.',
    },
  })
})
const range = z.tuple([z.number(), z.number()]).superRefine(([low, high], context) => {
  if (low <= high) return
  context.addIssue({
    code: 'custom',
    message: `between runs from ${low} down to ${high}: nothing lies there`,
    params: { remedy: 'Put the lower number first: between: [50, 199].' },
  })
})

export const operators = z
  .strictObject({
    eq: scalar,
    in: scalars,
    not_in: scalars,
    gt: z.number(),
    gte: z.number(),
    lt: z.number(),
    lte: z.number(),
    between: range,
    starts_with: z.string(),
    ends_with: z.string(),
    contains: z.string(),
    matches: pattern,
    exists: z.boolean(),
    unknown: z.boolean(),
  })
  .partial()
  .superRefine((value, context) => {
    if (Object.keys(value).length > 0) return
    context.addIssue({
      code: 'custom',
      message: 'the test is empty',
      params: { remedy: 'Compare with something, for example { gte: 50 }.' },
    })
  })

export type Scalar = z.infer<typeof scalar>
export type OperatorsDocument = z.infer<typeof operators>
/** What one field is compared with: a bare value (equals) or operators that must all hold. */
export type TestDocument = Scalar | OperatorsDocument

/** A condition as written: fields with their tests, and `all`, `any`, `none`; everything in it must hold. */
export interface ConditionDocument {
  readonly all?: readonly ConditionDocument[] | undefined
  readonly any?: readonly ConditionDocument[] | undefined
  readonly none?: readonly ConditionDocument[] | undefined
  readonly [field: string]: TestDocument | readonly ConditionDocument[] | undefined
}

export const CONNECTIVES = ['all', 'any', 'none'] as const

const branches = z.lazy(() => z.array(conditionSchema).min(1)).optional()

export const conditionSchema: z.ZodType<ConditionDocument> = z
  .object({ all: branches, any: branches, none: branches })
  .catchall(z.union([scalar, operators]))
  .superRefine((value, context) => {
    if (Object.keys(value).length > 0) return
    context.addIssue({
      code: 'custom',
      message: 'the condition is empty',
      params: { remedy: 'Name a field and a value, for example { person.region: EMEA }.' },
    })
  })

/** The fields of a condition with their tests, without the connectives. */
export function testsOf(condition: ConditionDocument): [string, TestDocument][] {
  const tests: [string, TestDocument][] = []
  for (const [key, value] of Object.entries(condition)) {
    if (value === undefined || isBranch(value)) continue
    tests.push([key, value])
  }
  return tests
}

function isBranch(
  value: TestDocument | readonly ConditionDocument[],
): value is readonly ConditionDocument[] {
  return Array.isArray(value)
}

/** Every field that a condition mentions, at any depth, in the order of reading. */
export function fieldsOf(condition: ConditionDocument): string[] {
  const fields = testsOf(condition).map(([field]) => field)
  for (const connective of CONNECTIVES) {
    for (const branch of condition[connective] ?? []) fields.push(...fieldsOf(branch))
  }
  return [...new Set(fields)]
}
