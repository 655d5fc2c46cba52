import type { Installation } from '../store/installations.ts'
import type { Link } from './page.ts'

/** How an account is connected, in a sentence. */
export function statusLine({ crm, accountId, status, statusReason }: Installation): string {
  const reason = statusReason ? ` (${statusReason})` : ''
  return `${crm} account ${accountId}: ${status}${reason}.`
}

/** Leads to the consent in the CRM. */
export function connectLink(crm: string): Link {
  return { text: `Connect a ${crm} account`, to: `/install/${crm}` }
}
