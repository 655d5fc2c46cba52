import fc from 'fast-check'
import { DatabaseError } from 'pg'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { errorOf as hubspotErrorOf } from '../connectors/hubspot/errors.ts'
import { errorOf as salesforceErrorOf } from '../connectors/salesforce/errors.ts'
import { codeError, refreshError } from '../connectors/salesforce/oauth-errors.ts'
import {
  CrmDisconnected,
  CrmRateLimited,
  CrmRejected,
  CrmUnavailable,
  NotGenuine,
  UserError,
} from '../src/errors.ts'
import { createLog } from '../src/log.ts'
import { safeWords } from '../src/log-redaction.ts'

const WHO = 'Jo Canary1q <jo.canary1q@x.example>'
const CANARY = /canary/i

function openLog() {
  const lines: string[] = []
  const log = createLog('trace', { write: (line) => void lines.push(line) })
  const read = () => z.record(z.string(), z.unknown()).parse(JSON.parse(lines.at(-1) ?? ''))
  return { log, lines, read }
}

/** What the log says of an error. */
function said(error: unknown): unknown {
  const { log, read } = openLog()
  log.warn({ error }, 'it failed')
  return read()['error']
}

describe('an error in the log', () => {
  test('of ours is told in its own words, with the remedy', () => {
    expect(said(new UserError('Port 80 is taken; set PORT'))).toEqual({
      class: 'UserError',
      words: 'Port 80 is taken; set PORT',
    })
    expect(said(new NotGenuine('the signature does not fit'))).toMatchObject({
      words: 'the signature does not fit',
    })
    expect(said(new CrmRateLimited('hubspot', 1_000))).toMatchObject({
      class: 'CrmRateLimited',
      crm: 'hubspot',
      words: 'hubspot asked us to slow down for 1000 ms',
    })
  })

  test('that quotes the CRM is told without what it quotes', () => {
    const error = new CrmDisconnected('hubspot', `It was ended: ${WHO}.`, { quotes: WHO })
    expect(said(error)).toMatchObject({ words: expect.stringMatching(/^It was ended: #\w{10}\.$/) })
  })

  test('that is a refusal is told by status and codes, and by a hash to look it up', () => {
    const body = { category: 'VALIDATION_ERROR', message: WHO, errors: [{ code: WHO }] }
    const error = hubspotErrorOf(answer(400, body), new Date())
    expect(said(error)).toMatchObject({
      class: 'CrmRejected',
      status: 400,
      codes: ['VALIDATION_ERROR'],
      text: expect.stringMatching(/^#\w{10}$/),
    })
    expect(said(new CrmRejected('hubspot', 400, error.message))).toMatchObject({
      text: Object(said(error)).text,
    })
  })

  test('of the database is told by code, table and constraint, never by its row', () => {
    const error = Object.assign(new DatabaseError(`bad value ${WHO}`, 1, 'error'), {
      code: '23505',
      severity: 'ERROR',
      table: 'person',
      constraint: 'person_pkey',
      detail: `Key (email)=(${WHO}) exists`,
    })
    const line = said(error)
    expect(line).toMatchObject({ class: 'DatabaseError', code: '23505', table: 'person' })
    expect(JSON.stringify(line)).not.toMatch(CANARY)
  })

  test('of a parser is told without the text that it could not read', () => {
    const parsed = z.object({ a: z.enum(['x']) }).safeParse({ a: WHO, [WHO]: WHO })
    const errors = [parsed.error, failureOf(() => JSON.parse(WHO)), failureOf(() => new URL(WHO))]
    for (const error of errors) expect(JSON.stringify(said(error))).not.toMatch(CANARY)
    expect(said(parsed.error)).toMatchObject({ class: 'ZodError', codes: ['invalid_value'] })
  })

  test('names the place where it arose, and takes no message for a place', () => {
    const place = { at: [expect.stringMatching(/^src\/store\/x\.ts:7/)] }
    const frames = '\n    at f (file:///app/src/store/x.ts:7:1)\n    at node:internal/x:1'
    const message = `${WHO}\n    at src/canary/x.ts:3`
    const error = Object.assign(new Error(message), { stack: `Error: ${message}${frames}` })
    expect(said(error)).toMatchObject(place)
    expect(JSON.stringify(said(error))).not.toMatch(CANARY)
  })

  test('tells what caused it in the same way', () => {
    const socket = Object.assign(new Error(WHO), { code: 'ECONNREFUSED' })
    const error = new CrmUnavailable('hubspot', 'No connection', { cause: socket })
    expect(said(error)).toMatchObject({ cause: { class: 'Error', code: 'ECONNREFUSED' } })
  })

  test.each([400, 401, 403, 404, 408, 409, 423, 429, 477, 500, 503])(
    'for an answer %i of any CRM never holds what the answer says',
    (status) => {
      const hubspot = { status: WHO, category: WHO, subCategory: WHO, message: WHO, errors: [] }
      const salesforce = [{ errorCode: WHO, message: WHO, fields: [WHO] }]
      const token = { error: WHO, error_description: WHO }
      const errors = [
        hubspotErrorOf(answer(status, hubspot), new Date()),
        salesforceErrorOf(answer(status, salesforce)),
        ...['invalid_client', 'invalid_grant', 'inactive_user', 'invalid_request', WHO].flatMap(
          (error) => {
            const told = answer(status, { ...token, error })
            return [codeError(told), refreshError(told)]
          },
        ),
      ]
      for (const error of errors) expect(JSON.stringify(said(error))).not.toMatch(CANARY)
    },
  )
})

describe('a line of the log', () => {
  test('keeps numbers, moments and the words and ids that are ours', () => {
    const { log, read } = openLog()
    const ours = { stage: 'sync', installationId: '0197', claims: 7, usage: { used: 1 } }
    log.child({ crm: 'hubspot' }).info({ ...ours, at: new Date(0) }, 'a literal')
    expect(read()).toMatchObject({ ...ours, crm: 'hubspot', at: '1970-01-01T00:00:00.000Z' })
    expect(read()).toMatchObject({ msg: 'a literal' })
  })

  test('has a hash instead of any other text, however deep it lies', () => {
    const value = fc.letrec((tie) => ({
      leaf: fc.constantFrom(WHO, new Error(WHO), 7, null),
      node: fc.oneof(
        { maxDepth: 4 },
        tie('leaf'),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('email', 'name', 'reason', 'body', WHO), tie('node')),
      ),
    })).node
    const anything = fc.dictionary(fc.constantFrom('email', 'accessToken', 'path', 'err'), value)
    fc.assert(
      fc.property(anything, (logged) => {
        const { log, lines } = openLog()
        log.child({ ...logged }).warn(logged, 'it failed')
        expect(lines.join()).not.toMatch(CANARY)
      }),
    )
  })

  test('takes what looks like an address or a credential out of texts that are ours', () => {
    const { log, lines } = openLog()
    const words = `jo.canary1q@x.example Bearer canary2q https://a:canary3q@h/x?token=canary4q`
    log.warn({ error: new UserError(words), reasons: [words] }, 'it failed')
    expect(lines.join()).not.toMatch(CANARY)
    expect(lines.join()).toContain('https://h/x')
  })

  test('names the route of a path, and no part that somebody has typed', () => {
    const { log, read } = openLog()
    log.warn({ path: '/cards/hubspot/contacts/jo.canary1q@x.example' }, 'request failed')
    expect(read()['path']).toBe('/cards/hubspot/*/*')
  })

  test('never is the message of a bare error, nor values put into a text', () => {
    const { log, lines, read } = openLog()
    log.error(new Error(WHO))
    expect(read()).toMatchObject({ error: { class: 'Error' } })
    log.error(new Error(WHO), 'it failed')
    log.info('hello %s', WHO)
    log.info({ claims: 1 }, 'hello %s', WHO)
    expect(lines.join()).not.toMatch(CANARY)
  })
})

describe('the last words of a server', () => {
  test('are the remedy where there is one', () => {
    expect(safeWords(new UserError('set PORT'))).toBe('set PORT')
  })

  test('are class, code and place otherwise', () => {
    const words = safeWords(Object.assign(new TypeError(WHO), { code: 'ERR_INVALID_ARG_TYPE' }))
    expect(words).toMatch(/^TypeError ERR_INVALID_ARG_TYPE with a text that is not repeated/)
    expect(safeWords(WHO)).not.toMatch(CANARY)
  })
})

function answer(status: number, body: unknown) {
  return { status, headers: new Headers(), text: JSON.stringify(body) }
}

function failureOf(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}
