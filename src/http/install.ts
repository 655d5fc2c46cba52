import { type Request, type Response, Router } from 'express'
import { z } from 'zod'
import type { Connector, SignIn } from '../../connectors/connector.ts'
import { UserError } from '../errors.ts'
import { findAccount, type Installation } from '../store/installations.ts'
import { spendState } from '../store/spent-states.ts'
import { enterAccount } from './account.ts'
import { connectLink } from './account-words.ts'
import type { HttpContext } from './context.ts'
import { type Link, page } from './page.ts'
import { type Purpose, readState, type State, sameText, signState } from './state.ts'
import { stateCookie } from './state-cookie.ts'

const Callback = z.object({ code: z.string().min(1), state: z.string().min(1) })
const Refusal = z.object({
  error: z.string(),
  error_description: z.string().optional(),
  state: z.string().default(''),
})

/** The two ends of OAuth: sending somebody to the CRM, and receiving them back. */
export function installRoutes(context: HttpContext): Router {
  const router = Router()
  const cookie = stateCookie(context.publicUrl)
  const sendOff = (purpose: Purpose, crm: string, response: Response) => {
    const connector = connectorOf(context, crm)
    const state = signState(context.secret, connector.crm, context.clock.now(), purpose)
    cookie.set(response, state.nonce)
    const consent = purpose === 'install' ? connector.authorizeUrl : signInOf(connector).url
    response.redirect(302, consent(state.text))
  }
  // Open to everybody, as a marketplace's listing leads here: consent is given in the CRM, by an admin of the account
  // that is connected, and nobody sees anything by it that was not theirs.
  router.get('/install/:crm', (request, response) => {
    sendOff('install', request.params.crm, response)
  })
  router.get('/sign-in/:crm', (request, response) => {
    sendOff('sign-in', request.params.crm, response)
  })
  router.get('/oauth/:crm/callback', async (request, response) => {
    const connector = connectorOf(context, request.params.crm)
    const nonce = cookie.take(request, response)
    const refused = Refusal.safeParse(request.query)
    if (refused.success) {
      const { error, error_description: why = error, state } = refused.data
      const purpose = genuineState(context, connector, state)?.purpose ?? 'install'
      refuse(response, connector, purpose, `${connector.crm} answered: ${why}`)
      return
    }
    const { code, state } = Callback.parse(request.query)
    const ours = genuineState(context, connector, state)
    if (!ours) return refuse(response, connector, 'install', TOO_OLD)
    const objection = await objectionTo(context, ours, nonce)
    if (objection) return refuse(response, connector, ours.purpose, objection)
    const finish = ours.purpose === 'install' ? finishInstallation : finishSignIn
    await finish(context, connector, { code, state }, request, response)
  })
  return router
}

/** What the browser brought back. */
type Agreed = z.infer<typeof Callback>

async function finishInstallation(
  context: HttpContext,
  connector: Connector,
  { code, state }: Agreed,
  _request: Request,
  response: Response,
): Promise<void> {
  const installation = await context.install(connector, await connector.exchangeCode(code, state))
  response.send(page('Connected', connectedLines(installation)))
}

async function finishSignIn(
  context: HttpContext,
  connector: Connector,
  { code }: Agreed,
  request: Request,
  response: Response,
): Promise<void> {
  const accountId = await signInOf(connector).accountOf(code)
  const installation = await findAccount(context.db, connector.crm, accountId)
  if (installation) return enterAccount(context, installation, request, response)
  const reason = `Plumbline is not connected to ${connector.crm} account ${accountId}.`
  response.status(404).send(page('Nothing to see yet', [reason, connectLink(connector.crm)]))
}

function signInOf({ crm, signIn }: Connector): SignIn {
  if (signIn) return signIn
  throw new UserError(`Nobody can sign in with ${crm}; ask who runs Plumbline for an account`)
}

const TOO_OLD = 'This link is too old or was not started here.'

function genuineState(
  { secret, previousSecret, clock }: HttpContext,
  { crm }: Connector,
  state: string,
): State | null {
  const secrets = [secret, previousSecret].filter((each) => each !== undefined)
  return readState(secrets, crm, state, clock.now())
}

/** What speaks against a callback of ours; null when it is the one answer to what this browser began. */
async function objectionTo(
  { db, clock }: HttpContext,
  ours: State,
  nonce: string | undefined,
): Promise<string | null> {
  const what = ours.purpose === 'install' ? 'installation' : 'sign-in'
  if (nonce === undefined || !sameText(nonce, ours.nonce)) {
    return `This browser did not start the ${what}, or has finished it already.`
  }
  const unused = await spendState(db, ours.nonce, clock.now())
  return unused ? null : `This ${what} is finished already.`
}

function refuse(response: Response, { crm }: Connector, purpose: Purpose, reason: string): void {
  const isInstallation = purpose === 'install'
  const again: Link = isInstallation
    ? { text: `Start again: connect a ${crm} account`, to: `/install/${crm}` }
    : { text: `Start again: sign in with ${crm}`, to: `/sign-in/${crm}` }
  const title = isInstallation ? 'Not connected' : 'Not signed in'
  response.status(400).send(page(title, [reason, again]))
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
