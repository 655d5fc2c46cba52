import { CrmRejected } from '../../src/errors.ts'
import type { Page } from '../connector.ts'
import { CRM } from './api-version.ts'

/** Any number of records of a stream as they are now: gone and merged ones too, each as such. */
export async function fetchRecords(stream: string, _ids: readonly string[]): Promise<Page> {
  throw new CrmRejected(CRM, 501, `Records of ${stream} cannot be fetched yet`)
}
