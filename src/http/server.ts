import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Express } from 'express'
import { UserError } from '../errors.ts'
import { accountRoutes } from './account.ts'
import { adminRoutes } from './admin/routes.ts'
import { cardRoutes } from './card.ts'
import type { HttpContext } from './context.ts'
import { knownMethods, ownPagesOnly } from './guards.ts'
import { reportError } from './guards-errors.ts'
import { securityHeaders, uncached } from './guards-headers.ts'
import { CLIENT_LIMITS, type ClientLimits } from './guards-slow-clients.ts'
import { healthRoutes } from './health.ts'
import { installRoutes } from './install.ts'
import { page } from './page.ts'
import { rateLimits } from './rate-limits.ts'
import { webhookOutcomes, webhookRoutes } from './webhooks.ts'

/** The whole web surface. */
export function createApp(context: HttpContext): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('query parser', 'simple')
  app.set('trust proxy', trustedBy(context))
  app.use(webhookOutcomes(context))
  app.use(securityHeaders(context.publicUrl), uncached, ...rateLimits(context.log))
  app.use(knownMethods, ownPagesOnly(context.publicUrl))
  // Before anything that reads bodies.
  app.use(webhookRoutes(context))
  app.use(healthRoutes(context.db))
  app.use(installRoutes(context))
  app.use(accountRoutes(context))
  app.use(cardRoutes(context))
  app.use(adminRoutes(context))
  app.use((_request, response) => {
    response.status(404).send(page('Not found', ['There is no such page here.']))
  })
  app.use(reportError(context.log))
  return app
}

/** In the shape that Express wants. */
function trustedBy({ trustProxy }: HttpContext): number | string[] | false {
  if (trustProxy === undefined) return false
  return typeof trustProxy === 'number' ? trustProxy : [...trustProxy]
}

export interface HttpServer {
  readonly port: number
  /** Stops listening and waits for the open requests. */
  close(): Promise<void>
}

/** Somebody else listens where we should. */
export class PortTaken extends UserError {
  override readonly name = 'PortTaken'
}

/**
 * @param setting where the port comes from, for the remedy
 * @throws PortTaken
 */
export async function listen(
  app: Express,
  port: number,
  host: string,
  setting = 'PORT',
  limits: ClientLimits = CLIENT_LIMITS,
): Promise<HttpServer> {
  const server = createServer(limits, app)
  server.maxHeadersCount = limits.maxHeadersCount
  await bind(server, port, host, setting)
  // A server that listens on TCP has an address of this shape; only pipes answer with text.
  const { port: actual } = server.address() as AddressInfo
  return {
    port: actual,
    async close() {
      const { promise, resolve } = Promise.withResolvers<void>()
      server.close(() => resolve())
      server.closeIdleConnections()
      await promise
    },
  }
}

function bind(server: Server, port: number, host: string, setting: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('listening', resolve)
  server.once('error', (error: NodeJS.ErrnoException) => {
    const taken = error.code === 'EADDRINUSE'
    reject(taken ? new PortTaken(`Port ${port} is taken; set ${setting} to another one`) : error)
  })
  server.listen(port, host)
  return promise
}
