import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import { endSession } from '../../store/admin-sessions.ts'
import { type Admin, listAdmins } from '../../store/admins.ts'
import { inTransaction } from '../../store/database.ts'
import type { Part } from '../page.ts'
import type { AdminContext } from './context.ts'
import { isOwnForm } from './form-guard.ts'
import { refuseForm, refuseForNow, show, visitorForm } from './pages.ts'
import { checkPassword } from './password-check.ts'
import { recordDeed, signedIn, startSession } from './signed-in.ts'

const SIGN_IN = '/admin/sign-in'
const SignInFields = z.object({ name: z.string(), password: z.string(), form: z.string() })
const SignOutFields = z.object({ form: z.string() })

/** Signing in and out. */
export function addSignIn(router: Router, context: AdminContext): void {
  router.get(SIGN_IN, async (request, response) => {
    if (await signedIn(context, request)) return response.redirect(303, '/')
    showSignIn(context, request, response, 200, await openingWords(context))
  })
  router.post(SIGN_IN, async (request, response) => {
    const { name, password, form } = SignInFields.parse(request.body)
    if (!isOwnForm(context.visitor.read(request), form)) {
      return refuseForm(response, SIGN_IN)
    }
    const checked = await checkPassword(context, name, password, request)
    if (checked.state === 'wait') return refuseForNow(response, checked.waitMs)
    if (checked.state === 'right' && (await enter(context, checked.admin, request, response))) {
      return response.redirect(303, '/')
    }
    const wrong = { alert: 'Name or password is wrong.' }
    showSignIn(context, request, response, 401, [wrong], name)
  })
  router.post('/admin/sign-out', async (request, response) => {
    const { form } = SignOutFields.parse(request.body)
    const present = await signedIn(context, request)
    if (present) {
      if (!isOwnForm(present.token, form)) {
        return refuseForm(response, '/')
      }
      await leave(context, present.admin, present.token)
    }
    context.session.clear(response)
    response.redirect(303, SIGN_IN)
  })
}

async function openingWords({ db }: AdminContext): Promise<readonly Part[]> {
  const [someone] = await listAdmins(db)
  if (someone) return []
  return [
    'Nobody can sign in yet. To set up the first administrator, run this on the server and open the link that it prints: plumbline admins --invite',
  ]
}

function showSignIn(
  context: AdminContext,
  request: Request,
  response: Response,
  status: number,
  above: readonly Part[],
  name = '',
): void {
  const form = visitorForm(context, request, response, {
    action: SIGN_IN,
    hidden: {},
    fields: [
      { label: 'Name', name: 'name', type: 'text', autocomplete: 'username', value: name },
      {
        label: 'Password',
        name: 'password',
        type: 'password',
        autocomplete: 'current-password',
      },
    ],
    button: 'Sign in',
  })
  const forgotten =
    'Forgotten the password? Whoever runs the server can remove your name and invite you again, with plumbline admins.'
  show(response, status, 'Sign in', [...above, form, forgotten])
}

function enter(
  context: AdminContext,
  admin: Admin,
  request: Request,
  response: Response,
): Promise<boolean> {
  return inTransaction(context.db, async (transaction) => {
    const open = await startSession(context, transaction, admin, request, response)
    if (open) await recordDeed(context, transaction, admin, 'admin.signed_in')
    return open
  })
}

function leave(context: AdminContext, admin: Admin, token: string): Promise<void> {
  return inTransaction(context.db, async (transaction) => {
    if (!(await endSession(transaction, token))) return
    await recordDeed(context, transaction, admin, 'admin.signed_out')
  })
}
