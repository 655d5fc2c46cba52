import { CrmRejected } from '../src/errors.ts'
import type { Installation } from '../src/store/installations.ts'
import type { Deps, OpenAccount } from './deps.ts'
import { tiersOf } from './tiers.ts'

/**
 * Makes the CRM have our fields, with the live model's tiers as choices. What the CRM refuses stops no reading:
 * the records that it keeps from being written are filed with the reason.
 */
export async function provisionFields(
  deps: Deps,
  { id }: Installation,
  { connection }: OpenAccount,
): Promise<void> {
  try {
    await connection.provision(await tiersOf(deps, id))
  } catch (error) {
    if (!(error instanceof CrmRejected)) throw error
    deps.log.warn({ installationId: id, error }, 'our fields are not as they must be')
  }
}
