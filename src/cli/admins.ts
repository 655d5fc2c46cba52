import { readConfig } from '../../config/env.ts'
import { UserError } from '../errors.ts'
import { setupLink } from '../http/admin/setup-link.ts'
import { formatMinute } from '../scoring/language/duration.ts'
import { invite } from '../store/admin-invites.ts'
import { endAllSessions } from '../store/admin-sessions.ts'
import { type ListedAdmin, listAdmins, nameKey, removeAdmin } from '../store/admins.ts'
import { recordAudit } from '../store/audit.ts'
import { type Db, inTransaction } from '../store/database.ts'
import { confirmed } from './confirmed.ts'
import { withDatabase } from './connect.ts'
import { operator } from './operator.ts'
import { bold, plural, print, safe, table, tell } from './terminal.ts'

interface AdminsOptions {
  readonly invite: boolean
  readonly remove?: string | undefined
  readonly signOut: boolean
  readonly yes: boolean
  readonly data: string
  readonly json: boolean
}

/** Shows who may look at the web pages, invites somebody, removes somebody, or signs everybody out. */
export function admins(options: AdminsOptions): Promise<void> {
  return withDatabase(options.data, async (db) => {
    if (options.invite) return inviteAdmin(db, options)
    if (options.remove !== undefined) return remove(db, options.remove, options)
    if (options.signOut) return signOut(db, options)
    const all = await listAdmins(db)
    if (options.json) return print(JSON.stringify(all))
    for (const line of linesOf(all)) print(line)
  })
}

function linesOf(all: readonly ListedAdmin[]): readonly string[] {
  if (all.length === 0) return ['There is no administrator yet: plumbline admins --invite']
  const rows = all.map(({ name, since, passwordSince }) => [
    safe(name),
    formatMinute(since),
    formatMinute(passwordSince),
  ])
  return table([['name', 'since', 'password since'], ...rows])
}

async function inviteAdmin(db: Db, { json }: AdminsOptions): Promise<void> {
  const made = await invite(db, operator(), new Date())
  const link = setupLink(readConfig().publicUrl, made)
  if (json) return print(JSON.stringify({ link, expiresAt: made.expiresAt }))
  print('To become an administrator, open this in a browser:')
  print(bold(`  ${link}`))
  print(
    `It works once, until ${formatMinute(made.expiresAt)}. A link that was made before does not work any more.`,
  )
}

async function remove(db: Db, name: string, { yes, json }: AdminsOptions): Promise<void> {
  const all = await listAdmins(db)
  const admin = all.find((each) => nameKey(each.name) === nameKey(name))
  if (!admin) throw unknownName(name, all)
  const question = `Remove the administrator ${safe(admin.name)} and sign them out?`
  if (!(await confirmed(question, yes))) return tell('Nothing was changed.')
  await inTransaction(db, async (transaction) => {
    if (!(await removeAdmin(transaction, admin.name))) return
    const entry = { action: 'admin.removed', details: { name: admin.name } }
    await recordAudit(transaction, null, operator(), [entry], new Date())
  })
  if (json) return print(JSON.stringify({ removed: admin.name }))
  print(`${safe(admin.name)} is removed and signed out.`)
  if (all.length === 1) print('Nobody can sign in now: plumbline admins --invite')
}

function unknownName(name: string, all: readonly ListedAdmin[]): UserError {
  const known = all.map((each) => safe(each.name)).join(', ') || 'nobody yet'
  return new UserError(`There is no administrator "${safe(name)}". There is: ${known}`)
}

async function signOut(db: Db, { json }: AdminsOptions): Promise<void> {
  const now = new Date()
  const ended = await inTransaction(db, async (transaction) => {
    const sessions = await endAllSessions(transaction, now)
    const entry = { action: 'admin.all_signed_out', details: { sessions } }
    await recordAudit(transaction, null, operator(), [entry], now)
    return sessions
  })
  if (json) return print(JSON.stringify({ sessions: ended }))
  print(`Everybody is signed out: ${plural(ended, 'session')} ended.`)
}
