import { type Invite, inviteFirst } from '../../store/admin-invites.ts'
import type { Db } from '../../store/database.ts'

/** What a new admin opens. */
export function setupLink(publicUrl: string, { token }: Invite): string {
  return `${publicUrl}/admin/setup?token=${token}`
}

/** What to tell the operator where nobody can sign in yet; null where there is an admin, or it was told already. */
export async function firstSteps(db: Db, publicUrl: string, now: Date): Promise<string | null> {
  const invite = await inviteFirst(db, now)
  return (
    invite &&
    `Nobody can sign in to the web pages yet. To set up the first administrator, open within 24 hours:
  ${setupLink(publicUrl, invite)}
The link works once; "plumbline admins --invite" prints a new one.\n`
  )
}
