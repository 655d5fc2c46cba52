import { apiError, type Detail, invalid } from './errors.ts'
import type { Values } from './object-table.ts'
import { factsOf, isEngagement } from './object-types.ts'
import { isOwner } from './owners.ts'
import { findProperty } from './property-table.ts'
import type { PropertyDefinition } from './property-types.ts'
import type { RecordType } from './record.ts'
import type { Store } from './store.ts'

type Verdict = { value: string } | { code: string; problem: string }

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/
const DATE = /^\d{4}-\d{2}-\d{2}$/
const DAY_MS = 86_400_000

/** Milliseconds since the epoch from the two forms the API takes: epoch milliseconds or ISO 8601. */
export function parseMoment(text: string): number | undefined {
  const moment = /^-?\d+$/.test(text) ? Number(text) : Date.parse(text)
  return Number.isNaN(moment) || Math.abs(moment) > 8.64e15 ? undefined : moment
}

function checkDate(text: string): Verdict {
  const moment = parseMoment(text)
  if (moment === undefined || (!DATE.test(text) && moment % DAY_MS !== 0))
    return { code: 'INVALID_DATE', problem: `${text} is not a day (2026-01-31, or midnight UTC)` }
  return { value: new Date(moment).toISOString().slice(0, 10) }
}

function checkMoment(text: string): Verdict {
  const moment = parseMoment(text)
  if (moment === undefined)
    return { code: 'INVALID_DATE', problem: `${text} is not a time (ISO 8601 or milliseconds)` }
  return { value: new Date(moment).toISOString() }
}

function checkOption(definition: PropertyDefinition, text: string): Verdict {
  if (definition.externalOptions) return { value: text }
  const chosen = definition.fieldType === 'checkbox' ? text.split(';').filter(Boolean) : [text]
  const allowed = definition.options.map((option) => option.value)
  const wrong = chosen.find((value) => !allowed.includes(value))
  if (wrong === undefined) return { value: text }
  return {
    code: 'INVALID_OPTION',
    problem: `${wrong} was not one of the allowed options: [${allowed.join(', ')}]`,
  }
}

/** The value as it is stored, or why the property cannot hold it. */
export function checkValue(definition: PropertyDefinition, text: string): Verdict {
  switch (definition.type) {
    case 'number':
      return NUMBER.test(text)
        ? { value: text }
        : { code: 'INVALID_INTEGER', problem: `${text} was not a valid number` }
    case 'date':
      return checkDate(text)
    case 'datetime':
      return checkMoment(text)
    case 'bool':
    case 'enumeration':
      return checkOption(definition, text)
    case 'string':
    case 'phone_number':
      return { value: text }
  }
}

function judge(store: Store, type: RecordType, name: string, text: string): Verdict {
  const definition = findProperty(store, type, name)
  if (!definition)
    return { code: 'PROPERTY_DOESNT_EXIST', problem: `Property "${name}" does not exist` }
  if (definition.readOnlyValue)
    return { code: 'READ_ONLY_VALUE', problem: `"${name}" is a read only property` }
  if (text === '') return { value: '' }
  // Assumed: which code HubSpot gives for an owner it does not have is not published.
  if (name === 'hubspot_owner_id' && !isOwner(text))
    return { code: 'INVALID_OWNER', problem: `Owner ${text} does not exist` }
  return checkValue(definition, text)
}

/**
 * Checks the properties of every input of one request. An empty string clears a property.
 * @throws ApiError 400 for the whole request when a single value of a single input is wrong.
 */
export function checkInputs(store: Store, type: RecordType, inputs: readonly Values[]): Values[] {
  const problems = new Map<string, Detail>()
  const checked = inputs.map((input) => {
    const values: Values = {}
    for (const [name, text] of Object.entries(input)) {
      const verdict = judge(store, type, name, text)
      if ('value' in verdict) values[name] = verdict.value
      else problems.set(`${name} ${verdict.problem}`, detail(name, verdict))
    }
    return values
  })
  if (problems.size === 0) return checked
  const errors = [...problems.values()]
  const listed = errors.map(({ message, code, context }) => ({
    isValid: false,
    message,
    error: code,
    name: context?.['propertyName']?.[0],
  }))
  throw invalid(`Property values were not valid: ${JSON.stringify(listed)}`, errors)
}

/**
 * An engagement needs the moment it is about (for a task: when it is due) to be created.
 * @throws ApiError 400 in the words of the real API, as others have seen them for other types.
 */
export function refuseWithoutTime(type: RecordType, properties: Values): void {
  if (!isEngagement(type) || properties['hs_timestamp']) return
  throw apiError(
    400,
    'VALIDATION_ERROR',
    `Error creating ${factsOf(type).singular.toUpperCase()}. Some required properties were not set.`,
    { context: { properties: ['hs_timestamp'] } },
  )
}

function detail(name: string, verdict: { code: string; problem: string }): Detail {
  return { message: verdict.problem, code: verdict.code, context: { propertyName: [name] } }
}
