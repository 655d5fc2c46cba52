import { CrmRejected } from '../../src/errors.ts'
import type { Task } from '../connector.ts'
import { CRM } from './api-version.ts'

/** Who owns each of these people; nobody: not in the map. */
export async function readOwners(
  _personIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  throw new CrmRejected(CRM, 501, 'Owners cannot be read yet')
}

/** Creates a task, once for its key. */
export async function createTask(_task: Task): Promise<void> {
  throw new CrmRejected(CRM, 501, 'Tasks cannot be created yet')
}
