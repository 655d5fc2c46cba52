import { Router } from 'express'
import type { Db } from '../store/database.ts'
import { ping } from '../store/health.ts'

/** `/livez`: the process answers. `/readyz`: it can do its work. The CRM's health is none of both. */
export function healthRoutes(db: Db): Router {
  const router = Router()
  router.get('/livez', (_request, response) => {
    response.json({ status: 'ok' })
  })
  router.get('/readyz', async (_request, response) => {
    const ready = await ping(db).then(
      () => true,
      () => false,
    )
    response
      .status(ready ? 200 : 503)
      .json(ready ? { status: 'ok' } : { status: 'unavailable', reason: 'database' })
  })
  return router
}
