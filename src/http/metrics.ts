import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import type { Log } from '../log.ts'
import type { Db } from '../store/database.ts'
import { healthRoutes } from './health.ts'

/** What is told at `/metrics`. */
interface MetricsText {
  readonly contentType: string
  text(): Promise<string>
}

interface MetricsContext {
  readonly metrics: MetricsText
  readonly db: Db
  readonly log: Log
}

/**
 * What those who run Plumbline ask of a process, on a port of its own, so that it is never public by accident: a
 * worker, too, says here whether it lives.
 */
export function createMetricsApp({ metrics, db, log }: MetricsContext): Express {
  const app = express()
  app.disable('x-powered-by')
  app.get('/metrics', async (_request, response) => {
    const text = await metrics.text()
    response.setHeader('content-type', metrics.contentType)
    response.setHeader('cache-control', 'no-store')
    response.end(text)
  })
  app.use(healthRoutes(db))
  app.use((_request, response) => {
    response.status(404).json({ status: 'there is only /metrics, /livez and /readyz' })
  })
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    log.warn({ error }, 'metrics failed')
    response.status(500).json({ status: 'it failed; the log says why' })
  })
  return app
}
