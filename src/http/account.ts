import express, { type Request, type Response, Router } from 'express'
import { z } from 'zod'
import {
  endAccountSession,
  openAccountSession,
  readAccountSession,
} from '../store/account-sessions.ts'
import { recordAudit } from '../store/audit.ts'
import { inTransaction } from '../store/database.ts'
import { findInstallation, type Installation } from '../store/installations.ts'
import { peopleCounts } from '../store/overview.ts'
import { newestRun, type SyncRun } from '../store/sync-runs.ts'
import { statusLine } from './account-words.ts'
import { accountCookie } from './admin/cookies.ts'
import { isOwnForm } from './admin/form-guard.ts'
import { ownForm, refuseForm, show } from './admin/pages.ts'
import type { HttpContext } from './context.ts'
import { namesItself } from './guards-headers.ts'

const SignOut = z.object({ form: z.string() })

/** How one account stands, for those who showed in the CRM that they belong to it. */
export function accountRoutes(context: HttpContext): Router {
  const router = Router()
  const cookie = accountCookie(context.publicUrl)
  router.use('/account', namesItself)
  router.get('/account', async (request, response) => {
    const present = await visitorOf(context, request)
    if (!present) return response.redirect(303, '/')
    await showAccount(context, present, response)
  })
  router.post(
    '/account/sign-out',
    express.urlencoded({ extended: false, limit: '1kb', parameterLimit: 5 }),
    async (request, response) => {
      const token = cookie.read(request)
      const { form } = SignOut.parse(request.body)
      if (token !== undefined) {
        if (!isOwnForm(token, form)) return refuseForm(response, '/account')
        await endAccountSession(context.db, token)
      }
      cookie.clear(response)
      response.redirect(303, '/')
    },
  )
  return router
}

/**
 * Lets somebody in who belongs to the account. Whatever session the browser had before is worth nothing from then on:
 * nobody gets in by a cookie that was put there beforehand.
 */
export async function enterAccount(
  { db, clock, publicUrl }: HttpContext,
  { id, crm }: Installation,
  request: Request,
  response: Response,
): Promise<void> {
  const cookie = accountCookie(publicUrl)
  const former = cookie.read(request)
  const token = await inTransaction(db, async (transaction) => {
    const now = clock.now()
    if (former !== undefined) await endAccountSession(transaction, former)
    // Who it was stays with the CRM: we are told more than we need, and keep none of it.
    const entry = { action: 'account.signed_in', details: {} }
    await recordAudit(transaction, id, `${crm} user`, [entry], now)
    return openAccountSession(transaction, id, now)
  })
  cookie.set(response, token)
  response.redirect(303, '/account')
}

interface Visitor {
  readonly installation: Installation
  /** The session's cookie. */
  readonly token: string
}

async function visitorOf(
  { db, clock, publicUrl }: HttpContext,
  request: Request,
): Promise<Visitor | null> {
  const token = accountCookie(publicUrl).read(request)
  if (token === undefined) return null
  const id = await readAccountSession(db, token, clock.now())
  const installation = id === null ? null : await findInstallation(db, id)
  return installation && { installation, token }
}

async function showAccount(
  context: HttpContext,
  { installation, token }: Visitor,
  response: Response,
): Promise<void> {
  const { crm, notGranted } = installation
  const signOut = ownForm(token, {
    action: '/account/sign-out',
    hidden: {},
    fields: [],
    button: 'Sign out',
  })
  show(response, 200, `Your ${crm} account`, [
    statusLine(installation),
    ...notGranted,
    ...(await progressLines(context, installation)),
    { text: 'Connect it again', to: `/install/${crm}` },
    signOut,
  ])
}

async function progressLines(
  { db, clock }: HttpContext,
  { id }: Installation,
): Promise<readonly string[]> {
  const { people, scored, written, rejected } = await peopleCounts(db, id, clock.now())
  const newest = await newestRun(db, id)
  const lines = [
    `${count(people)} people: ${count(scored)} scored, ${count(written)} written.`,
    readingLine(newest?.run ?? null),
  ]
  if (rejected === 0) return lines
  const refused = `${count(rejected)} records were given up; whoever runs Plumbline sees why with plumbline rejections.`
  return [...lines, refused]
}

function readingLine(run: SyncRun | null): string {
  if (!run) return 'Reading has not begun.'
  if (!run.finishedAt) return 'A reading is under way.'
  return `Last read: ${run.finishedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC.`
}

function count(n: number): string {
  return n.toLocaleString('en')
}
