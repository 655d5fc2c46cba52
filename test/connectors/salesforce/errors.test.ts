import { expect, test } from 'vitest'
import {
  errorOf,
  isForeign,
  recordErrors,
  SalesforceRejected,
} from '../../../connectors/salesforce/errors.ts'
import { CrmAuthExpired, CrmRateLimited, CrmUnavailable } from '../../../src/errors.ts'

function answer(status: number, body: unknown) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { status, headers: new Headers(), text }
}

function refused(status: number, errorCode: string, message = 'why') {
  return errorOf(answer(status, [{ message, errorCode }]))
}

test.each([
  ['the limit of the day', 'TotalRequests Limit exceeded.', 900_000],
  [
    'the limit of long calls',
    'ConcurrentRequests (Concurrent API Requests) Limit exceeded.',
    20_000,
  ],
  ['another limit of long calls', 'ConcurrentPerOrgLongTxn Limit exceeded.', 20_000],
  ['a limit that nobody knows', 'No more ConcurrentRequests today', 900_000],
])('%s keeps still for its time', (_, message, ms) => {
  const error = refused(403, 'REQUEST_LIMIT_EXCEEDED', message)
  expect(error).toBeInstanceOf(CrmRateLimited)
  expect(error).toMatchObject({ retryAfterMs: ms })
})

test.each([
  [401, 'INVALID_SESSION_ID', CrmAuthExpired],
  [403, 'INVALID_SESSION_ID', CrmAuthExpired],
  [401, 'INVALID_AUTH_HEADER', CrmAuthExpired],
  [400, 'UNABLE_TO_LOCK_ROW', CrmUnavailable],
  [400, 'QUERY_TIMEOUT', CrmUnavailable],
  [503, 'SERVER_UNAVAILABLE', CrmUnavailable],
  [500, 'UNKNOWN_EXCEPTION', CrmUnavailable],
  [400, 'INVALID_FIELD', SalesforceRejected],
  [400, 'MALFORMED_QUERY', SalesforceRejected],
  [403, 'INSUFFICIENT_ACCESS', SalesforceRejected],
  [404, 'NOT_FOUND', SalesforceRejected],
  [410, 'UNSUPPORTED_API_VERSION', SalesforceRejected],
])('%s %s is %o', (status, code, kind) => {
  expect(refused(status, code)).toBeInstanceOf(kind)
})

test.each([400, 403, 404, 500, 502, 503])('a page with %s is an outage', (status) => {
  expect(errorOf(answer(status, '<html>'))).toBeInstanceOf(CrmUnavailable)
  expect(isForeign(answer(status, '<html>'))).toBe(true)
})

test.each([414, 431])('a request that is too long (%s) is never sent again', (status) => {
  expect(errorOf(answer(status, '<html>'))).toBeInstanceOf(SalesforceRejected)
  expect(isForeign(answer(status, '<html>'))).toBe(false)
})

test('an answer of the API is not foreign', () => {
  expect(isForeign(answer(404, [{ errorCode: 'NOT_FOUND', message: 'x' }]))).toBe(false)
  expect(isForeign(answer(200, ''))).toBe(false)
})

test('a refusal carries status, codes and fields, and its message the code', () => {
  const error = errorOf(
    answer(400, [
      { message: 'No such column', errorCode: 'INVALID_FIELD', fields: ['Plumbline_Score__c'] },
      { message: 'Too long', statusCode: 'STRING_TOO_LONG' },
    ]),
  )
  expect(error).toBeInstanceOf(SalesforceRejected)
  expect(error).toMatchObject({
    status: 400,
    message: 'Salesforce answered 400: No such column (INVALID_FIELD); Too long (STRING_TOO_LONG)',
    codes: new Set(['INVALID_FIELD', 'STRING_TOO_LONG']),
    problems: [{ fields: ['Plumbline_Score__c'] }, { fields: [] }],
  })
})

test('an API that is switched off is told with the remedy', () => {
  expect(refused(403, 'API_DISABLED_FOR_ORG').message).toContain('Enterprise')
})

test('a single error that is no list counts too, and one wrong field hides nothing', () => {
  expect(
    errorOf(answer(400, { message: 'm', errorCode: 'MALFORMED_QUERY', fields: 7 })),
  ).toMatchObject({
    codes: new Set(['MALFORMED_QUERY']),
  })
})

test('the codes of records come under either name', () => {
  expect(
    recordErrors([
      { statusCode: 'ENTITY_IS_DELETED', errorCode: undefined, message: 'gone', fields: null },
      { statusCode: undefined, errorCode: 'NOT_FOUND', message: undefined, fields: ['Id'] },
    ]),
  ).toEqual([
    { code: 'ENTITY_IS_DELETED', message: 'gone', fields: [] },
    { code: 'NOT_FOUND', message: 'Salesforce gave no reason', fields: ['Id'] },
  ])
})
