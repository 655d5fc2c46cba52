import type { Response, Router } from 'express'
import { listInstallations } from '../../store/installations.ts'
import { connectLink, statusLine } from '../account-words.ts'
import type { Part } from '../page.ts'
import type { AdminContext } from './context.ts'
import { ownForm, show } from './pages.ts'
import { QUEUES } from './queues.ts'
import { type SignedIn, signedIn } from './signed-in.ts'

const TITLE = 'Plumbline is running'

/** The first page: the connected accounts for admins, and for others nothing about them. */
export function addHome(router: Router, context: AdminContext): void {
  router.get('/', async (request, response) => {
    const present = await signedIn(context, request)
    if (present) return showAccounts(context, present, response)
    const signIn = { text: 'Sign in to see the connected accounts', to: '/admin/sign-in' }
    show(response, 200, TITLE, [signIn, ...accountLinks(context), ...connectLinks(context)])
  })
}

/** Those who belong to one account see that one. */
function accountLinks({ connectors }: AdminContext): readonly Part[] {
  const open = [...connectors.values()].filter(({ signIn }) => signIn !== null)
  return open.map(({ crm }) => ({
    text: `Sign in with ${crm} to see your account`,
    to: `/sign-in/${crm}`,
  }))
}

async function showAccounts(context: AdminContext, { admin, token }: SignedIn, response: Response) {
  const signOut = ownForm(token, {
    action: '/admin/sign-out',
    hidden: {},
    fields: [],
    button: 'Sign out',
  })
  show(response, 200, TITLE, [
    ...(await accountLines(context)),
    ...connectLinks(context),
    `You are signed in as ${admin.name}.`,
    ...(context.queues ? [{ text: 'See the queues', to: QUEUES }] : []),
    { text: 'Change your password', to: '/admin/password' },
    signOut,
  ])
}

async function accountLines({ db }: AdminContext): Promise<readonly string[]> {
  const installations = await listInstallations(db)
  if (installations.length === 0) return ['No account is connected yet.']
  return installations.map((each) => [statusLine(each), ...each.notGranted].join(' '))
}

function connectLinks({ connectors }: AdminContext): readonly Part[] {
  const links = [...connectors.keys()].map(connectLink)
  return links.length > 0 ? links : ['No CRM app is configured; see README.md.']
}
