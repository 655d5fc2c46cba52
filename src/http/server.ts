import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import helmet from 'helmet'
import { ZodError } from 'zod'
import { CrmError, messageOf, UserError } from '../errors.ts'
import { listInstallations } from '../store/installations.ts'
import { cardRoutes } from './card.ts'
import type { HttpContext } from './context.ts'
import { healthRoutes } from './health.ts'
import { installRoutes } from './install.ts'
import { type Link, page } from './page.ts'
import { webhookRoutes } from './webhooks.ts'

/** The whole web surface. */
export function createApp(context: HttpContext): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('query parser', 'simple')
  app.use(helmet())
  // Before anything that reads bodies.
  app.use(webhookRoutes(context))
  app.use(healthRoutes(context.db))
  app.use(installRoutes(context))
  app.use(cardRoutes(context))
  app.get('/', async (_request, response) => {
    response.send(page('Plumbline is running', await homeLines(context)))
  })
  app.use((_request, response) => {
    response.status(404).send(page('Not found', ['There is no such page here.']))
  })
  app.use(reportError(context))
  return app
}

async function homeLines({ db, connectors }: HttpContext): Promise<readonly (string | Link)[]> {
  const installations = await listInstallations(db)
  const states = installations.map(({ crm, accountId, status, statusReason, notGranted }) => {
    const reason = statusReason ? ` (${statusReason})` : ''
    return [`${crm} account ${accountId}: ${status}${reason}.`, ...notGranted].join(' ')
  })
  const links = [...connectors.keys()].map((crm) => ({
    text: `Connect a ${crm} account`,
    to: `/install/${crm}`,
  }))
  return [...states, ...(links.length > 0 ? links : ['No CRM app is configured; see README.md.'])]
}

/** Our own words for errors on purpose; for all others only that it failed, the cause goes to the log. */
function reportError({ log }: HttpContext) {
  return (error: unknown, request: Request, response: Response, _next: NextFunction): void => {
    const { status, text } = describe(error)
    log.warn({ path: request.path, status, error: messageOf(error) }, 'request failed')
    response.status(status).send(page('That did not work', [text]))
  }
}

function describe(error: unknown): { status: number; text: string } {
  if (error instanceof UserError) return { status: 400, text: error.message }
  if (error instanceof ZodError)
    return { status: 400, text: 'The link is incomplete; start again.' }
  if (error instanceof CrmError) return { status: 502, text: error.message }
  return { status: 500, text: 'Something failed on our side; the log says what.' }
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

/** @throws PortTaken */
export async function listen(app: Express, port: number, host: string): Promise<HttpServer> {
  const server = createServer(app)
  await bind(server, port, host)
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

function bind(server: Server, port: number, host: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('listening', resolve)
  server.once('error', (error: NodeJS.ErrnoException) => {
    const taken = error.code === 'EADDRINUSE'
    reject(taken ? new PortTaken(`Port ${port} is taken; set PORT to another one`) : error)
  })
  server.listen(port, host)
  return promise
}
