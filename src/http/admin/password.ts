import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import { endSessionsOf } from '../../store/admin-sessions.ts'
import { type Admin, changePassword } from '../../store/admins.ts'
import { inTransaction } from '../../store/database.ts'
import type { AdminContext } from './context.ts'
import { isOwnForm } from './form-guard.ts'
import { NEW_PASSWORD_FIELDS, ownForm, refuseForm, refuseForNow, show } from './pages.ts'
import { checkPassword } from './password-check.ts'
import { objectionTo } from './passwords.ts'
import { recordDeed, type SignedIn, signedIn, startSession } from './signed-in.ts'

const PASSWORD = '/admin/password'
const PasswordFields = z.object({
  current: z.string(),
  password: z.string(),
  repeated: z.string(),
  form: z.string(),
})
type PasswordFields = z.infer<typeof PasswordFields>

/** Changing one's own password, which ends all sessions but the one it is done in. */
export function addPassword(router: Router, context: AdminContext): void {
  router.get(PASSWORD, async (request, response) => {
    const present = await signedIn(context, request)
    if (!present) return response.redirect(303, '/admin/sign-in')
    showPassword(response, present, null)
  })
  router.post(PASSWORD, async (request, response) => {
    const fields = PasswordFields.parse(request.body)
    const present = await signedIn(context, request)
    if (!present) return response.redirect(303, '/admin/sign-in')
    if (!isOwnForm(present.token, fields.form)) {
      return refuseForm(response, PASSWORD)
    }
    const objection = objectionToFields(fields, present.admin)
    if (objection) return showPassword(response, present, objection)
    // Counted like signing in: whoever has only the cookie must not guess on.
    const checked = await checkPassword(context, present.admin.name, fields.current, request)
    if (checked.state === 'wait') return refuseForNow(response, checked.waitMs)
    const changed =
      checked.state === 'right' &&
      (await change(context, checked.admin, fields.password, request, response))
    if (!changed) return showPassword(response, present, 'The current password is wrong.')
    show(response, 200, 'The password is changed', [
      'All other browsers that were signed in with this name are signed out.',
      { text: 'Go on', to: '/' },
    ])
  })
}

function objectionToFields(
  { current, password, repeated }: PasswordFields,
  { name }: Admin,
): string | null {
  if (password !== repeated) return 'The two new passwords differ; type them again.'
  if (password === current) return 'The new password is the current one.'
  return objectionTo(password, name)
}

async function change(
  context: AdminContext,
  admin: Admin,
  password: string,
  request: Request,
  response: Response,
): Promise<boolean> {
  const hash = await context.passwords.hash(password)
  return inTransaction(context.db, async (transaction) => {
    const now = context.clock.now()
    if (!(await changePassword(transaction, admin, hash, now))) return false
    await endSessionsOf(transaction, admin)
    await recordDeed(context, transaction, admin, 'admin.password_changed')
    return startSession(context, transaction, { ...admin, password: hash }, request, response)
  })
}

function showPassword(
  response: Response,
  { admin, token }: SignedIn,
  objection: string | null,
): void {
  const form = ownForm(token, {
    action: PASSWORD,
    hidden: {},
    fields: [
      {
        // Tells password managers whose password it is.
        label: 'Name',
        name: 'name',
        type: 'text',
        autocomplete: 'username',
        value: admin.name,
        fixed: true,
      },
      {
        label: 'Current password',
        name: 'current',
        type: 'password',
        autocomplete: 'current-password',
      },
      ...NEW_PASSWORD_FIELDS,
    ],
    button: 'Change the password',
  })
  const above = objection === null ? [] : [{ alert: objection }]
  show(response, objection === null ? 200 : 422, 'Change your password', [
    ...above,
    form,
    { text: 'Leave it as it is', to: '/' },
  ])
}
