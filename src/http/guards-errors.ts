import { randomBytes } from 'node:crypto'
import type { ErrorRequestHandler } from 'express'
import { ZodError } from 'zod'
import { CrmError, UserError } from '../errors.ts'
import type { Log } from '../log.ts'
import { page } from './page.ts'

/**
 * Our own words for errors on purpose; for all others only that it failed, and a number under which the log has the
 * cause.
 */
export function reportError(log: Log): ErrorRequestHandler {
  // Express tells handlers of errors by their four parameters.
  return (error: unknown, request, response, _next) => {
    const errorId = randomBytes(5).toString('hex')
    const { status, text } = describe(error)
    log.warn({ errorId, path: request.path, status, error }, 'request failed')
    // An answer that has begun can only be cut off. Express would do so, too, but prints the error with its values.
    if (response.headersSent) return void response.destroy()
    const number = status >= 500 ? [`Error ${errorId}`] : []
    response.status(status).send(page('That did not work', [text, ...number]))
  }
}

function describe(error: unknown): { status: number; text: string } {
  if (error instanceof UserError) return { status: 400, text: error.message }
  if (error instanceof ZodError)
    return { status: 400, text: 'The link is incomplete; start again.' }
  if (error instanceof CrmError) return { status: 502, text: error.message }
  const status = statusOfRequestError(error)
  return status === null
    ? { status: 500, text: 'Something failed on our side; the log says what.' }
    : { status, text: 'The request cannot be read.' }
}

/**
 * What Express and its parsers object to: 413 for a body that is too long, 415 for a packed one, 400 for one cut
 * short or an address that does not decode. Null for any other error.
 */
export function statusOfRequestError(error: unknown): number | null {
  const status = error instanceof Error && 'status' in error ? error.status : null
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null
}
