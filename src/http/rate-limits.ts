import type { RequestHandler } from 'express'
import { type Options, rateLimit } from 'express-rate-limit'
import type { Log } from '../log.ts'
import { page } from './page.ts'

/** How many requests of one address (IPv6: of one /56 network) are answered in a while. */
interface Allowance {
  readonly name: string
  /** Which requests; the first that fits counts. */
  readonly paths: RegExp
  readonly windowMs: number
  readonly limit: number
  /** Only refused ones are counted. */
  readonly refusedOnly?: boolean
  /** Programs ask here: they get JSON. */
  readonly json?: boolean
}

const ALLOWANCES: readonly Allowance[] = [
  {
    // HubSpot sends up to 150 a second, for all portals from the same few addresses, from which anybody's app can
    // send us what is signed with another secret: genuine ones must not suffer before four times of that is refused.
    name: 'webhooks',
    paths: /^\/webhooks(\/|$)/i,
    windowMs: 10_000,
    limit: 6_000,
    refusedOnly: true,
    json: true,
  },
  {
    // HubSpot's servers ask for the users of all portals; opening a record is one request or two.
    name: 'cards',
    paths: /^\/cards(\/|$)/i,
    windowMs: 10_000,
    limit: 1_000,
    json: true,
  },
  {
    // An admin needs two requests; every callback that is let in may cost a call to the CRM.
    name: 'installation',
    paths: /^\/(install|sign-in|oauth)(\/|$)/i,
    windowMs: 60_000,
    limit: 30,
  },
  { name: 'rest', paths: /^/, windowMs: 60_000, limit: 600 },
]

/**
 * Answers 429 to addresses that ask too often. Each process counts for itself, in memory: with several of them an
 * address gets that much more, and none of them waits for another to refuse a flood.
 */
export function rateLimits(log: Log): readonly RequestHandler[] {
  return ALLOWANCES.map((allowance) => {
    const limited = rateLimit(optionsOf(allowance, log))
    return (request, response, next) => {
      const first = ALLOWANCES.find(({ paths }) => paths.test(request.path))
      if (first === allowance) limited(request, response, next)
      else next()
    }
  })
}

function optionsOf(allowance: Allowance, log: Log): Partial<Options> {
  const { name, windowMs, limit, refusedOnly = false, json = false } = allowance
  return {
    windowMs,
    limit,
    skipSuccessfulRequests: refusedOnly,
    requestWasSuccessful: (_request, response) => response.statusCode !== 401,
    standardHeaders: 'draft-7',
    legacyHeaders: false,
    // Whether they are believed is said by TRUST_PROXY; anybody may send them, and none of it is our mistake.
    validate: { xForwardedForHeader: false, forwardedHeader: false },
    logger: {
      warn: (error) => log.warn({ error }, 'rate limits'),
      error: (error) => log.error({ error }, 'rate limits'),
    },
    handler: (_request, response) => {
      // Not where it comes from: an address is personal.
      log.debug({ name }, 'too many requests of one address')
      const text = 'Too many requests came from your address. Wait a minute and try again.'
      response.status(429)
      if (json) response.json({ status: 'too many requests' })
      else response.send(page('Not so fast', [text]))
    },
  }
}
