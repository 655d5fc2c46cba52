import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import { UserError } from '../../errors.ts'
import { isInvited, spendInvite } from '../../store/admin-invites.ts'
import { addAdmin } from '../../store/admins.ts'
import { inTransaction } from '../../store/database.ts'
import type { Part } from '../page.ts'
import type { AdminContext } from './context.ts'
import { isOwnForm } from './form-guard.ts'
import { NEW_PASSWORD_FIELDS, refuseForm, show, visitorForm } from './pages.ts'
import { objectionTo } from './passwords.ts'
import { recordDeed, startSession } from './signed-in.ts'

const SETUP = '/admin/setup'
const Invited = z.object({ token: z.string() })
const SetupFields = z.object({
  token: z.string(),
  name: z.string().transform((name) => name.normalize('NFC').trim()),
  password: z.string(),
  repeated: z.string(),
  form: z.string(),
})
type SetupFields = z.infer<typeof SetupFields>

/** The page that a one-time link leads to: a name and a password for a new admin. */
export function addSetup(router: Router, context: AdminContext): void {
  router.get(SETUP, async (request, response) => {
    const { token } = Invited.parse(request.query)
    if (!(await isInvited(context.db, token, context.clock.now()))) return refuseLink(response)
    showSetup(context, request, response, { status: 200, token, name: '', above: [] })
  })
  router.post(SETUP, async (request, response) => {
    const fields = SetupFields.parse(request.body)
    const { token, name } = fields
    if (!isOwnForm(context.visitor.read(request), fields.form)) {
      return refuseForm(response, `${SETUP}?token=${encodeURIComponent(token)}`)
    }
    // Before the password costs us anything.
    if (!(await isInvited(context.db, token, context.clock.now()))) return refuseLink(response)
    const objection = objectionToFields(fields)
    if (objection) {
      return showSetup(context, request, response, {
        status: 422,
        token,
        name,
        above: [{ alert: objection }],
      })
    }
    if (!(await setUp(context, fields, request, response))) return refuseLink(response)
    response.redirect(303, '/')
  })
}

function objectionToFields({ name, password, repeated }: SetupFields): string | null {
  // Visible characters only: a name must look like what it is.
  if (!/^[^\p{C}]{1,64}$/u.test(name)) return 'The name needs 1 to 64 visible characters.'
  if (password !== repeated) return 'The two passwords differ; type them again.'
  return objectionTo(password, name)
}

/** False when somebody else has used the link meanwhile. */
async function setUp(
  context: AdminContext,
  { token, name, password }: SetupFields,
  request: Request,
  response: Response,
): Promise<boolean> {
  const { db, clock, passwords } = context
  const hash = await passwords.hash(password)
  return inTransaction(db, async (transaction) => {
    const now = clock.now()
    if (!(await spendInvite(transaction, token, now))) return false
    const admin = await addAdmin(transaction, name, hash, now)
    // Undoes the spending: the link can be used with another name.
    if (!admin) throw new UserError(TAKEN)
    await recordDeed(context, transaction, admin, 'admin.set_up')
    return startSession(context, transaction, admin, request, response)
  })
}

const TAKEN =
  'There is an administrator of that name already. Go back and choose another; or, to set a new password for that one, run "plumbline admins --remove NAME" on the server first.'

function showSetup(
  context: AdminContext,
  request: Request,
  response: Response,
  shown: { status: number; token: string; name: string; above: readonly Part[] },
): void {
  const form = visitorForm(context, request, response, {
    action: SETUP,
    hidden: { token: shown.token },
    fields: [
      {
        label: 'Your name',
        name: 'name',
        type: 'text',
        autocomplete: 'username',
        value: shown.name,
        hint: 'You sign in with it; the audit log shows it beside what you do.',
      },
      ...NEW_PASSWORD_FIELDS,
    ],
    button: 'Set up and sign in',
  })
  const why = 'Choose how you will sign in to Plumbline. The link that led you here works once.'
  show(response, shown.status, 'Set up an administrator', [why, ...shown.above, form])
}

function refuseLink(response: Response): void {
  show(response, 403, 'This link does not work any more', [
    'Such a link works once, for 24 hours, and ends when a newer one is made. For a new one, run this on the server: plumbline admins --invite',
    { text: 'Sign in, if you are set up already', to: '/admin/sign-in' },
  ])
}
