import { expect, test } from 'vitest'
import { errorOf, HubspotRejected } from '../../../connectors/hubspot/errors.ts'
import { CrmAuthExpired, CrmRateLimited, CrmRejected, CrmUnavailable } from '../../../src/errors.ts'

const NOW = new Date('2026-11-01T12:00:00Z')

function answered(status: number, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return errorOf({ status, headers: new Headers(headers), text }, NOW)
}

test.each([
  [429, { policyName: 'TEN_SECONDLY_ROLLING' }, {}, 10_000],
  [429, { policyName: 'SECONDLY' }, {}, 1_000],
  [429, { policyName: 'DAILY' }, {}, 3_600_000],
  [429, { policyName: 'DAILY' }, { 'Retry-After': '120' }, 120_000],
  [429, '<html>slow down</html>', {}, 10_000],
  [477, {}, { 'Retry-After': '3600' }, 3_600_000],
  [477, {}, {}, 3_600_000],
  [477, {}, { 'Retry-After': '999999' }, 86_400_000],
])('%s %j %j keeps still for %s ms', (status, body, headers, ms) => {
  const error = answered(status, body, headers)
  expect(error).toBeInstanceOf(CrmRateLimited)
  expect(error).toMatchObject({ retryAfterMs: ms })
})

test.each([
  [423, CrmUnavailable],
  [408, CrmUnavailable],
  [500, CrmUnavailable],
  [502, CrmUnavailable],
  [503, CrmUnavailable],
  [504, CrmUnavailable],
  [521, CrmUnavailable],
  [526, CrmUnavailable],
  [401, CrmAuthExpired],
  [400, CrmRejected],
  [403, CrmRejected],
  [404, CrmRejected],
  [409, CrmRejected],
  [414, CrmRejected],
])('%s is %o', (status, kind) => {
  expect(answered(status, '<html>')).toBeInstanceOf(kind)
  expect(answered(status, { message: 'why' })).toBeInstanceOf(kind)
})

test('a refusal carries status, message and every code', () => {
  const error = answered(400, {
    category: 'VALIDATION_ERROR',
    subCategory: 'Properties.SOMETHING',
    message: 'Not like this',
    errors: [{ code: 'PROPERTY_DOESNT_EXIST', context: { propertyName: ['nope'] } }],
  })
  expect(error).toBeInstanceOf(HubspotRejected)
  expect(error).toMatchObject({
    status: 400,
    message: 'HubSpot answered 400: Not like this',
    codes: new Set(['VALIDATION_ERROR', 'Properties.SOMETHING', 'PROPERTY_DOESNT_EXIST']),
    properties: new Set(['nope']),
  })
})

test('codes inside the message count too', () => {
  const listed = [{ isValid: false, error: 'INVALID_OPTION', name: 'plumbline_tier' }]
  const message = `Property values were not valid: ${JSON.stringify(listed)}`
  expect(answered(400, { message })).toMatchObject({
    codes: new Set(['INVALID_OPTION']),
    properties: new Set(['plumbline_tier']),
  })
})

test('a message that only looks like a list harms nothing', () => {
  expect(answered(400, { message: 'bad id [12' })).toMatchObject({ codes: new Set() })
})

test('one field that is not as described does not hide the others', () => {
  const error = answered(429, { policyName: 'DAILY', errors: 'none', category: 7 })
  expect(error).toMatchObject({ retryAfterMs: 3_600_000 })
})

test('missing scopes are named together with the remedy', () => {
  const error = answered(403, {
    category: 'MISSING_SCOPES',
    message: 'no',
    errors: [{ message: 'x', context: { requiredGranularScopes: ['crm.objects.deals.read'] } }],
  })
  expect(error.message).toBe(
    'HubSpot answered 403: missing scopes (crm.objects.deals.read). Connect HubSpot again to grant them',
  )
})
