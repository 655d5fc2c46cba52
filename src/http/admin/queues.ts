import type { Queue } from 'bullmq'
import type { Express, RequestHandler, Router } from 'express'
import helmet from 'helmet'
import type { AnyQueue } from '../../../jobs/queues.ts'
import type { AdminContext } from './context.ts'
import { signedIn } from './signed-in.ts'

export const QUEUES = '/admin/queues'

/**
 * BullMQ's dashboard for admins: what waits, runs and has failed. It only shows; whoever wants to change something
 * has the command line, which keeps an audit log. Absent where the process has no queues at hand.
 */
export function addQueues(router: Router, context: AdminContext): void {
  const { queues } = context
  if (queues === undefined) return
  let board: Promise<Express> | undefined
  router.use(QUEUES, onlyAdmins(context), boardPolicy(), async (request, response, next) => {
    board ??= createBoard(queues)
    const show = await board
    show(request, response, next)
  })
}

/** The dashboard's own requests are told, pages go where the other pages go. */
function onlyAdmins(context: AdminContext): RequestHandler {
  return async (request, response, next) => {
    if (await signedIn(context, request)) return next()
    if (/^\/api(\/|$)/i.test(request.path)) {
      return void response.status(401).json({ status: 'sign in first' })
    }
    response.redirect(303, '/admin/sign-in')
  }
}

/**
 * The dashboard brings scripts and styles along, which our pages do not have; all of them are files of ours. Fonts
 * that it would fetch from elsewhere are not let in, nor is anything written into its page.
 */
function boardPolicy(): RequestHandler {
  return helmet.contentSecurityPolicy({
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      connectSrc: ["'self'"],
      baseUri: ["'self'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  })
}

/** Loaded when it is first looked at: neither workers nor the start of the web role wait for it. */
async function createBoard(queues: readonly AnyQueue[]): Promise<Express> {
  const [{ createBullBoard }, { BullMQAdapter }, { ExpressAdapter }] = await Promise.all([
    import('@bull-board/api'),
    import('@bull-board/api/bullMQAdapter'),
    import('@bull-board/express'),
  ])
  const serverAdapter = new ExpressAdapter().setBasePath(QUEUES)
  createBullBoard({
    serverAdapter,
    queues: queues.map((queue) => {
      // Its types know queues on Redis only; its code asks each what it is on.
      return new BullMQAdapter(queue as Queue, { readOnlyMode: true })
    }),
    options: {
      uiConfig: {
        boardTitle: 'Plumbline queues',
        miscLinks: [{ text: 'Back to Plumbline', url: '/' }],
        hideDocsLink: true,
        // Otherwise every look lists all clients of Redis once per queue.
        showWorkers: false,
        locale: { lng: 'en-US' },
      },
    },
  })
  const board: Express = serverAdapter.getRouter()
  board.disable('x-powered-by')
  return board
}
