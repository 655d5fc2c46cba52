import { CrmRejected } from '../../src/errors.ts'
import type { Journal } from '../connector.ts'
import { CRM } from './api-version.ts'

/** HubSpot's webhooks journal for one app. */
export function createJournal(): Journal {
  const notYet = () => Promise.reject(new CrmRejected(CRM, 501, 'The journal is not read yet'))
  return { read: notYet, subscribe: notYet }
}
