import { Router } from 'express'
import { z } from 'zod'
import type { Connector } from '../../connectors/connector.ts'
import { UserError } from '../errors.ts'
import type { HttpContext } from './context.ts'
import { page } from './page.ts'
import { isOurState, signState } from './state.ts'

const Callback = z.object({ code: z.string().min(1), state: z.string().min(1) })
const Refusal = z.object({ error: z.string(), error_description: z.string().optional() })

/** The two ends of the OAuth consent: sending the admin to the CRM, and receiving them back. */
export function installRoutes(context: HttpContext): Router {
  const router = Router()
  router.get('/install/:crm', (request, response) => {
    const connector = connectorOf(context, request.params.crm)
    response.redirect(302, connector.authorizeUrl(signState(context.secret, context.clock.now())))
  })
  router.get('/oauth/:crm/callback', async (request, response) => {
    const connector = connectorOf(context, request.params.crm)
    const refused = Refusal.safeParse(request.query)
    if (refused.success) {
      const why = refused.data.error_description ?? refused.data.error
      response.status(400).send(page('Not connected', [`${connector.crm} answered: ${why}`]))
      return
    }
    const { code, state } = Callback.parse(request.query)
    if (!isOurState(context.secret, state, context.clock.now())) {
      const remedy = 'This link is too old or was not started here. Start again from Install.'
      response.status(400).send(page('Not connected', [remedy]))
      return
    }
    const installation = await context.install(connector, await connector.exchangeCode(code))
    const lines = [
      `${connector.crm} account ${installation.accountId} is connected.`,
      'Reading has begun; the first scores appear on records within minutes.',
    ]
    response.send(page('Connected', lines))
  })
  return router
}

function connectorOf(context: HttpContext, crm: string): Connector {
  const connector = context.connectors.get(crm)
  if (connector) return connector
  const known = [...context.connectors.keys()].join(', ') || 'none; set HUBSPOT_CLIENT_ID'
  throw new UserError(`No CRM called "${crm}" is configured here. Configured: ${known}`)
}
