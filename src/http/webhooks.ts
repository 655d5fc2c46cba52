import express, { type NextFunction, type Request, type Response, Router } from 'express'
import type { Connector } from '../../connectors/connector.ts'
import { tell } from '../diagnostics.ts'
import { NotGenuine, UserError } from '../errors.ts'
import type { Delivery, Stored } from '../store/inbox.ts'
import { createIntake, type Intake } from '../store/intake.ts'
import { inRequest } from '../tracing/spans.ts'
import type { HttpContext } from './context.ts'
import { gatherWakes } from './gathered-wakes.ts'
import { statusOfRequestError } from './guards-errors.ts'
import { signedRequest } from './signed-request.ts'

/** A hundred events with the longest values a CRM allows are 6.6 MB. */
const LONGEST_BODY = '10mb'
/** HubSpot waits 5 s for an answer, and comes again after a 503. */
const ANSWER_WITHIN_MS = 4_000
/** Of a single statement: a lock that lasts must not keep connections beyond our answer. */
const STATEMENT_MS = 3_500

/**
 * What CRMs tell us. A delivery is answered once it is stored, whether or not it was of use, and never waits for
 * the queue or the CRM. Must come before every parser of bodies: signatures are over the bytes as received.
 */
export function webhookRoutes(context: HttpContext): Router {
  const router = Router()
  const doors = openDoors(context)
  const rawBody = express.raw({ type: () => true, limit: LONGEST_BODY, inflate: false })
  router.post('/webhooks/:crm', knownCrm(context), rawBody, async (request, response) => {
    const door = doors.get(request.params['crm'] ?? '')
    if (!door) throw new Error('a CRM that is known has a door')
    await receive(context, door, request)
    answer(response, 200, 'stored')
  })
  router.use('/webhooks', refuse(context))
  return router
}

/** What understands a CRM's deliveries, and where they are put. */
interface Door {
  readonly connector: Connector
  readonly intake: Intake
}

/** One for each CRM, by its name. */
function openDoors({ connectors, db, clock, wake, log }: HttpContext): ReadonlyMap<string, Door> {
  const wakeSoon = gatherWakes(wake, log)
  // Also after a late answer: what is stored all the same is worked on.
  const onStored = ({ awaited }: Stored) => {
    for (const { installationId, stage } of awaited) wakeSoon(stage, installationId)
  }
  const parts = { db, clock, statementMs: STATEMENT_MS, onStored }
  return new Map(
    [...connectors].map(([crm, connector]) => [crm, { connector, intake: createIntake(parts) }]),
  )
}

/** Tells how every webhook was answered, by whomever: goes before all that may refuse one. */
export function webhookOutcomes(context: HttpContext): Router {
  const router = Router()
  router.use('/webhooks/:crm', tellOutcome(context))
  return router
}

/** Of names that strangers think up nothing is kept. */
function tellOutcome({ connectors }: HttpContext) {
  return (request: Request<{ crm: string }>, response: Response, next: NextFunction): void => {
    const crm = connectors.has(request.params.crm) ? request.params.crm : null
    response.once('finish', () => tell('webhook', { crm, status: response.statusCode }))
    next()
  }
}

/** Nobody sends us ten megabytes for a CRM that is not configured. */
function knownCrm({ connectors }: HttpContext) {
  return (request: Request<{ crm: string }>, response: Response, next: NextFunction): void => {
    if (connectors.has(request.params.crm)) next()
    else answer(response, 404, 'no such CRM is configured')
  }
}

/** @throws NotGenuine, UserError, or whatever keeps the database from storing it in time */
async function receive(
  context: HttpContext,
  { connector, intake }: Door,
  request: Request,
): Promise<void> {
  const now = context.clock.now()
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  const signed = signedRequest(request, context.publicUrl, body)
  const { notices, unreadable } = connector.receive(signed, now)
  const { crm } = connector
  if (unreadable.length > 0) {
    const reasons = [...new Set(unreadable)].slice(0, 10)
    context.log.warn({ crm, events: unreadable.length, reasons }, 'events that nobody understands')
  }
  const delivery = { crm, source: 'webhook', notices, unreadable: unreadable.length } as const
  await inTime(traced(delivery, () => intake.store(delivery)))
}

/**
 * Only what is genuine begins a trace, so that strangers cannot fill the collector; and each begins one of its own,
 * because no signature covers a header that would name another.
 */
function traced<T>({ crm, notices }: Delivery, work: () => Promise<T>): Promise<T> {
  const route = { 'http.request.method': 'POST', 'http.route': '/webhooks/:crm' }
  const about = { ...route, 'plumbline.crm': crm, 'plumbline.batch.size': notices.length }
  return inRequest('webhook', about, work)
}

/** @throws Error when `work` takes longer than a CRM waits; it goes on unheard */
async function inTime(work: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>()
  const late = new Error(`not stored within ${ANSWER_WITHIN_MS} ms`)
  const timer = setTimeout(() => reject(late), ANSWER_WITHIN_MS)
  try {
    await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}

function answer(response: Response, status: number, text: string): void {
  response.status(status).json({ status: text })
}

/** The CRM's retries are decided here: it comes again after any of these, and only 503 says that it should. */
function refuse({ log }: HttpContext) {
  return (error: unknown, request: Request, response: Response, _next: NextFunction): void => {
    const { status, text } = describe(error)
    log.warn({ path: request.path, status, error }, 'webhook refused')
    answer(response, status, text)
  }
}

function describe(error: unknown): { status: number; text: string } {
  if (error instanceof NotGenuine) return { status: 401, text: 'not genuine' }
  if (error instanceof UserError) return { status: 400, text: error.message }
  const status = statusOfRequestError(error)
  return status === null
    ? { status: 503, text: 'not stored; send it again' }
    : { status, text: 'the body cannot be read' }
}
