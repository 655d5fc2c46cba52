import express, { type NextFunction, type Request, type Response, Router } from 'express'
import type { HttpContext } from '../context.ts'
import { namesItself } from '../guards-headers.ts'
import { adminContext } from './context.ts'
import { addHome } from './home.ts'
import { show } from './pages.ts'
import { addPassword } from './password.ts'
import { TooBusy } from './passwords.ts'
import { addQueues } from './queues.ts'
import { addSetup } from './setup.ts'
import { addSignIn } from './sign-in.ts'

/** The pages for people: the first page, setting up, signing in and out. What changes something is a POST. */
export function adminRoutes(context: HttpContext): Router {
  const router = Router()
  const admin = adminContext(context)
  router.use(['/admin', /^\/$/], namesItself)
  // A name and two passwords, whatever characters they consist of.
  router.use('/admin', express.urlencoded({ extended: false, limit: '8kb', parameterLimit: 10 }))
  addHome(router, admin)
  addSignIn(router, admin)
  addSetup(router, admin)
  addPassword(router, admin)
  addQueues(router, admin)
  router.use('/admin', explain)
  return router
}

function explain(error: unknown, _request: Request, response: Response, next: NextFunction): void {
  if (!(error instanceof TooBusy)) {
    next(error)
    return
  }
  response.set('retry-after', '5')
  show(response, 503, 'Too many are signing in', ['Try again in some seconds.'])
}
