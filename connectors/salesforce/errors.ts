import {
  CrmAuthExpired,
  type CrmError,
  CrmRateLimited,
  CrmRejected,
  CrmUnavailable,
} from '../../src/errors.ts'
import type { Answer } from '../http.ts'
import { CRM } from './api-version.ts'
import { HOLD_MS } from './limits.ts'
import { type ErrorItem, ErrorItems } from './schema.ts'

/** One reason why a call or a record was refused. */
export interface SalesforceProblem {
  /** `UNABLE_TO_LOCK_ROW`… */
  readonly code: string
  readonly message: string
  readonly fields: readonly string[]
}

/** A refusal together with Salesforce's machine-readable words for it. */
export class SalesforceRejected extends CrmRejected {
  readonly problems: readonly SalesforceProblem[]
  readonly codes: ReadonlySet<string>

  constructor(status: number, message: string, problems: readonly SalesforceProblem[]) {
    super(CRM, status, message)
    this.problems = problems
    this.codes = new Set(problems.map(({ code }) => code))
  }
}

/** Codes that say nothing about the request: the same one passes another time. */
const PASSING = [
  'UNABLE_TO_LOCK_ROW',
  'SERVER_UNAVAILABLE',
  'QUERY_TIMEOUT',
  'REQUEST_RUNNING_TOO_LONG',
  'UNKNOWN_EXCEPTION',
]

/** Requests that can never pass, told in a page: the address or the headers are too long. */
const TOO_LONG = [414, 431]

/** The problems of one record in an answer of many: Salesforce names the code in two ways. */
export function recordErrors(items: readonly ErrorItem[]): readonly SalesforceProblem[] {
  return items.map((item) => ({
    code: item.statusCode ?? item.errorCode ?? 'UNKNOWN',
    message: item.message ?? 'Salesforce gave no reason',
    fields: item.fields ?? [],
  }))
}

/** Turns an answer that is not 2xx into the error whose class says what happens next. */
export function errorOf(answer: Answer): CrmError {
  const problems = problemsIn(answer)
  const codes = new Set(problems.map(({ code }) => code))
  if (codes.has('REQUEST_LIMIT_EXCEEDED')) return new CrmRateLimited(CRM, holdFor(problems))
  if (answer.status === 401 || codes.has('INVALID_SESSION_ID')) {
    return new CrmAuthExpired(CRM, 'Salesforce refused the access token')
  }
  if (TOO_LONG.includes(answer.status)) {
    return new SalesforceRejected(answer.status, 'The address of the request is too long', problems)
  }
  // A page of something on the way, or of an org that moved, says nothing about our request.
  const passing = PASSING.some((code) => codes.has(code)) || problems.length === 0
  if (answer.status >= 500 || passing) {
    const listed = [...codes].join(', ')
    return new CrmUnavailable(CRM, `Salesforce answered ${answer.status} ${listed}`, {
      quotes: listed,
    })
  }
  return new SalesforceRejected(answer.status, refusalMessage(answer.status, problems), problems)
}

/** Whether something else than the org's API answered: its errors are lists. */
export function isForeign(answer: Answer): boolean {
  const { status } = answer
  return status >= 300 && !TOO_LONG.includes(status) && problemsIn(answer).length === 0
}

/**
 * The first word of the message names the limit: of the day (`TotalRequests`) or of long calls at once
 * (`ConcurrentRequests`, `ConcurrentPerOrgLongTxn`). There is no other place for it; unknown words wait longer.
 */
function holdFor(problems: readonly SalesforceProblem[]): number {
  const concurrent = problems.some(({ message }) => message.startsWith('Concurrent'))
  return concurrent ? HOLD_MS.concurrent : HOLD_MS.daily
}

const REMEDIES: Readonly<Record<string, string>> = {
  API_DISABLED_FOR_ORG:
    'The edition of this org has no API; it needs one that has (Enterprise and up)',
  API_CURRENTLY_DISABLED: 'Enable the API for the user who connected Plumbline',
  INSUFFICIENT_ACCESS:
    'Grant the user who connected Plumbline what is missing (docs/salesforce.md)',
  INSUFFICIENT_ACCESS_OR_READONLY:
    'Grant the user who connected Plumbline what is missing (docs/salesforce.md)',
}

function refusalMessage(status: number, problems: readonly SalesforceProblem[]): string {
  const said = problems.map(({ code, message }) => `${message} (${code})`).join('; ')
  const remedies = new Set(problems.flatMap(({ code }) => REMEDIES[code] ?? []))
  return [`Salesforce answered ${status}: ${said}`, ...remedies].join('. ')
}

function problemsIn({ text }: Answer): readonly SalesforceProblem[] {
  try {
    return recordErrors(asList(JSON.parse(text)))
  } catch {
    return []
  }
}

/** A list by contract; single objects have been seen. External ids that several records have come as a list of paths. */
function asList(content: unknown): readonly ErrorItem[] {
  const listed = Array.isArray(content) ? content : [content]
  const items = listed.filter((item) => typeof item === 'object' && item !== null).flatMap(inside)
  return ErrorItems.catch([]).parse(items).filter(isReason)
}

/** What failed inside of an action or a record lists its reasons under `errors`. */
function inside(item: object): readonly unknown[] {
  return 'errors' in item && Array.isArray(item.errors) ? item.errors : [item]
}

function isReason({ errorCode, statusCode, message }: ErrorItem): boolean {
  return (errorCode ?? statusCode ?? message) !== undefined
}
