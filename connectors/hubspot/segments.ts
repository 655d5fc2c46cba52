import { CrmRejected } from '../../src/errors.ts'
import type { Segment } from '../connector.ts'
import { CRM } from './api-version.ts'

/** Creates the segments that are missing, by name. @returns how many it created */
export async function createSegments(_segments: readonly Segment[]): Promise<number> {
  throw new CrmRejected(CRM, 501, 'Segments cannot be created yet')
}
