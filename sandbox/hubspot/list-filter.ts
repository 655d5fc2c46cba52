import { z } from 'zod'
import { invalid } from './errors.ts'
import { findProperty } from './property-table.ts'
import type { PropertyType } from './property-types.ts'
import type { RecordType } from './record.ts'
import { operandOf } from './search-filter.ts'
import type { Store } from './store.ts'

const EQUALITY = ['IS_EQUAL_TO', 'IS_NOT_EQUAL_TO'] as const
const COMPARISONS = {
  IS_EQUAL_TO: '=',
  IS_NOT_EQUAL_TO: '<>',
  IS_GREATER_THAN: '>',
  IS_GREATER_THAN_OR_EQUAL_TO: '>=',
  IS_LESS_THAN: '<',
  IS_LESS_THAN_OR_EQUAL_TO: '<=',
} as const

const several = { values: z.array(z.string()).min(1) }
/** Whether a record without a value belongs to the list. */
const unset = { includeObjectsWithNoValueSet: z.boolean().default(false) }

/** The operations this portal can evaluate; the real one has more. */
const Operation = z.discriminatedUnion('operationType', [
  z.object({
    operationType: z.literal('ENUMERATION'),
    operator: z.enum(['IS_ANY_OF', 'IS_NONE_OF']),
    ...several,
    ...unset,
  }),
  z.object({
    operationType: z.literal('NUMBER'),
    operator: z.enum([
      'IS_EQUAL_TO',
      'IS_NOT_EQUAL_TO',
      'IS_GREATER_THAN',
      'IS_GREATER_THAN_OR_EQUAL_TO',
      'IS_LESS_THAN',
      'IS_LESS_THAN_OR_EQUAL_TO',
    ]),
    value: z.number(),
    ...unset,
  }),
  z.object({
    operationType: z.literal('BOOL'),
    operator: z.enum(EQUALITY),
    value: z.boolean(),
    ...unset,
  }),
  z.object({
    operationType: z.literal('STRING'),
    operator: z.enum(EQUALITY),
    value: z.string(),
    ...unset,
  }),
  z.object({
    operationType: z.literal('MULTISTRING'),
    operator: z.enum(EQUALITY),
    ...several,
    ...unset,
  }),
  z.object({
    operationType: z.literal('ALL_PROPERTY'),
    operator: z.enum(['IS_KNOWN', 'IS_UNKNOWN']),
    ...unset,
  }),
])
type Operation = z.infer<typeof Operation>

const Filter = z.object({
  filterType: z.literal('PROPERTY'),
  property: z.string(),
  operation: Operation,
})
type Filter = z.infer<typeof Filter>

const And = z.object({
  filterBranchType: z.literal('AND', { error: 'below the root, every branch must be an AND' }),
  filterBranchOperator: z.literal('AND').default('AND'),
  filterBranches: z.array(z.never()).default([]),
  filters: z.array(Filter),
})

/** What a list holds: an OR of ANDs of property filters. */
export const FilterBranch = z.object({
  filterBranchType: z.literal('OR', { error: 'the root branch must be an OR' }),
  filterBranchOperator: z.literal('OR').default('OR'),
  filterBranches: z.array(And).min(1, { error: 'the root branch needs an AND branch' }),
  filters: z.array(z.never({ error: 'the root branch takes no filters' })).default([]),
})
export type FilterBranch = z.infer<typeof FilterBranch>

/** Which properties each kind of operation fits; undefined: all. */
const FITTING: Readonly<Record<Operation['operationType'], readonly PropertyType[] | undefined>> = {
  ENUMERATION: ['enumeration'],
  NUMBER: ['number'],
  BOOL: ['bool'],
  STRING: ['string', 'phone_number'],
  MULTISTRING: ['string', 'phone_number'],
  ALL_PROPERTY: undefined,
}

interface Condition {
  readonly sql: string
  readonly values: readonly (string | number)[]
}

/** A record with several options chosen (`a;b`) is in each of them. */
function chosen(value: string, options: readonly string[]): Condition {
  const one = `instr(';' || ${value} || ';', ';' || ? || ';') > 0`
  return { sql: `(${options.map(() => one).join(' or ')})`, values: options }
}

function equal(value: string, texts: readonly string[]): Condition {
  return { sql: `${value} in (${texts.map(() => '?').join(', ')})`, values: texts }
}

function not(isNegated: boolean, { sql, values }: Condition): Condition {
  return { sql: isNegated ? `not (${sql})` : sql, values }
}

function operationSql(value: string, operation: Operation): Condition {
  switch (operation.operationType) {
    case 'ENUMERATION':
      return not(operation.operator === 'IS_NONE_OF', chosen(value, operation.values))
    case 'NUMBER':
      return { sql: `${value} ${COMPARISONS[operation.operator]} ?`, values: [operation.value] }
    case 'BOOL':
    case 'STRING':
      return not(operation.operator === 'IS_NOT_EQUAL_TO', equal(value, [String(operation.value)]))
    case 'MULTISTRING':
      return not(operation.operator === 'IS_NOT_EQUAL_TO', equal(value, operation.values))
    case 'ALL_PROPERTY':
      return { sql: operation.operator === 'IS_KNOWN' ? '1' : '0', values: [] }
  }
}

function isForUnset(operation: Operation): boolean {
  if (operation.operationType === 'ALL_PROPERTY') return operation.operator === 'IS_UNKNOWN'
  return operation.includeObjectsWithNoValueSet
}

function checkFit(store: Store, type: RecordType, { property, operation }: Filter): void {
  const fitting = FITTING[operation.operationType]
  const definition = findProperty(store, type, property)
  if (!definition || !fitting || fitting.includes(definition.type)) return
  throw invalid(
    `The operation ${operation.operationType} does not fit the property "${property}", ` +
      `which is of type ${definition.type}`,
  )
}

function filterSql(store: Store, type: RecordType, filter: Filter): Condition {
  const { sql: value } = operandOf(store, type, filter.property)
  checkFit(store, type, filter)
  const { sql, values } = operationSql(value, filter.operation)
  return {
    sql: `case when ${value} is null then ${Number(isForUnset(filter.operation))} else ${sql} end`,
    values,
  }
}

/**
 * What a list holds, as SQL over the table `object`.
 * @throws ApiError 400 for a property that does not exist or that an operation does not fit.
 */
export function branchSql(store: Store, type: RecordType, branch: FilterBranch): Condition {
  const groups = branch.filterBranches.map((and) =>
    and.filters.map((filter) => filterSql(store, type, filter)),
  )
  const texts = groups.map((filters) => filters.map(({ sql }) => `(${sql})`).join(' and ') || '1')
  return {
    sql: texts.map((text) => `(${text})`).join(' or '),
    values: groups.flat().flatMap(({ values }) => values),
  }
}
