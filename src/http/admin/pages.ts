import { randomBytes } from 'node:crypto'
import type { Request, Response } from 'express'
import { type Field, type Form, type Part, page } from '../page.ts'
import type { AdminContext } from './context.ts'
import { formToken } from './form-guard.ts'
import { SHORTEST_PASSWORD } from './passwords.ts'

/** Answers with a page. */
export function show(
  response: Response,
  status: number,
  title: string,
  parts: readonly Part[],
): void {
  response.status(status).send(page(title, parts))
}

/** A form for somebody who is not signed in; sets the cookie that goes with it. */
export function visitorForm(
  { visitor }: AdminContext,
  request: Request,
  response: Response,
  form: Form,
): Form {
  // Kept where there is one: a form in another tab stays good.
  const value = visitor.read(request) ?? randomBytes(16).toString('base64url')
  visitor.set(response, value)
  return ownForm(value, form)
}

/** A form with what proves that it is ours. @param cookie the value of the session's or visitor's cookie */
export function ownForm(cookie: string, form: Form): Form {
  return { ...form, hidden: { ...form.hidden, form: formToken(cookie) } }
}

export function refuseForm(response: Response, back: string): void {
  show(response, 403, 'That form is out of date', [
    'It was opened before you signed in or out, or not in this browser, or the browser keeps no cookies for this page. Nothing was changed.',
    { text: 'Open it anew', to: back },
  ])
}

export function refuseForNow(response: Response, waitMs: number): void {
  const seconds = Math.ceil(waitMs / 1000)
  const minutes = Math.ceil(seconds / 60)
  response.set('retry-after', String(seconds))
  show(response, 429, 'Too many failed tries', [
    `There were too many wrong passwords for this name or from your network. Wait ${minutes === 1 ? 'a minute' : `${minutes} minutes`}, then try again.`,
    { text: 'Back to the sign-in page', to: '/admin/sign-in' },
  ])
}

/** Both ask for the new password, twice because nobody sees what they type. */
export const NEW_PASSWORD_FIELDS: readonly Field[] = [
  {
    label: 'New password',
    name: 'password',
    type: 'password',
    autocomplete: 'new-password',
    minLength: SHORTEST_PASSWORD,
    hint: `${SHORTEST_PASSWORD} characters or more, of any kind. A few unrelated words are easy to remember.`,
  },
  {
    label: 'New password again',
    name: 'repeated',
    type: 'password',
    autocomplete: 'new-password',
  },
]
