import type { Connection } from '../../connectors/connector.ts'

const refuse = () => Promise.reject(new Error('nobody should ask this of the account'))

/** An account of which nothing is asked; tests replace what they expect. */
export const unusedConnection: Connection = {
  account: refuse,
  clockAheadMs: () => 0,
  provision: refuse,
  pullAll: refuse,
  pullChanges: refuse,
  fetch: refuse,
  history: refuse,
  push: refuse,
  createSegments: refuse,
  reroute: refuse,
  events: null,
  owners: refuse,
  createTask: refuse,
  uninstall: refuse,
}
