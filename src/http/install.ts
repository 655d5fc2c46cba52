import { type Response, Router } from 'express'
import { z } from 'zod'
import type { Connector } from '../../connectors/connector.ts'
import { UserError } from '../errors.ts'
import type { Installation } from '../store/installations.ts'
import { spendState } from '../store/spent-states.ts'
import type { HttpContext } from './context.ts'
import { type Link, page } from './page.ts'
import { readState, sameText, signState } from './state.ts'
import { stateCookie } from './state-cookie.ts'

const Callback = z.object({ code: z.string().min(1), state: z.string().min(1) })
const Refusal = z.object({ error: z.string(), error_description: z.string().optional() })

/** The two ends of the OAuth consent: sending the admin to the CRM, and receiving them back. */
export function installRoutes(context: HttpContext): Router {
  const router = Router()
  const cookie = stateCookie(context.publicUrl)
  // Open to everybody, as a marketplace's listing leads here: consent is given in the CRM, by an admin of the account
  // that is connected, and nobody sees anything by it that was not theirs.
  router.get('/install/:crm', (request, response) => {
    const connector = connectorOf(context, request.params.crm)
    const state = signState(context.secret, connector.crm, context.clock.now())
    cookie.set(response, state.nonce)
    response.redirect(302, connector.authorizeUrl(state.text))
  })
  router.get('/oauth/:crm/callback', async (request, response) => {
    const connector = connectorOf(context, request.params.crm)
    const nonce = cookie.take(request, response)
    const refused = Refusal.safeParse(request.query)
    if (refused.success) {
      const why = refused.data.error_description ?? refused.data.error
      refuse(response, connector, `${connector.crm} answered: ${why}`)
      return
    }
    const { code, state } = Callback.parse(request.query)
    const objection = await objectionTo(context, connector, state, nonce)
    if (objection) {
      refuse(response, connector, objection)
      return
    }
    const installation = await context.install(connector, await connector.exchangeCode(code, state))
    response.send(page('Connected', connectedLines(installation)))
  })
  return router
}

/** Why a callback is none of ours; null when it is the one answer to an installation that this browser began. */
async function objectionTo(
  { db, secret, previousSecret, clock }: HttpContext,
  { crm }: Connector,
  state: string,
  nonce: string | undefined,
): Promise<string | null> {
  const secrets = [secret, previousSecret].filter((each) => each !== undefined)
  const ours = readState(secrets, crm, state, clock.now())
  if (!ours) return 'This link is too old or was not started here.'
  if (nonce === undefined || !sameText(nonce, ours.nonce)) {
    return 'This browser did not start the installation, or has finished it already.'
  }
  const unused = await spendState(db, ours.nonce, clock.now())
  return unused ? null : 'This installation is finished already.'
}

function refuse(response: Response, { crm }: Connector, reason: string): void {
  const again: Link = { text: `Start again: connect a ${crm} account`, to: `/install/${crm}` }
  response.status(400).send(page('Not connected', [reason, again]))
}

function connectedLines({ crm, accountId, notGranted }: Installation): readonly string[] {
  return [
    `${crm} account ${accountId} is connected.`,
    'Reading has begun; the first scores appear on records within minutes.',
    ...notGranted,
    ...(notGranted.length > 0 ? ['To grant it, connect the account again.'] : []),
  ]
}

function connectorOf(context: HttpContext, crm: string): Connector {
  const connector = context.connectors.get(crm)
  if (connector) return connector
  const known =
    [...context.connectors.keys()].join(', ') ||
    'none; set HUBSPOT_CLIENT_ID or SALESFORCE_CLIENT_ID'
  throw new UserError(`No such CRM is configured here. Configured: ${known}`)
}
