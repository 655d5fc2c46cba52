import { UserError } from '../src/errors.ts'
import type { Connector } from './connector.ts'

/**
 * The connectors by CRM name.
 * @throws UserError when two claim the same name
 */
export function createRegistry(connectors: readonly Connector[]): ReadonlyMap<string, Connector> {
  const registry = new Map<string, Connector>()
  for (const connector of connectors) {
    if (registry.has(connector.crm)) {
      throw new UserError(`Two connectors are named "${connector.crm}"; each CRM needs one`)
    }
    registry.set(connector.crm, connector)
  }
  return registry
}
