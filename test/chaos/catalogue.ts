import type { Fault } from './fault.ts'
import { CRM_ANSWERS } from './faults/crm-answers.ts'
import { CRM_REFUSALS } from './faults/crm-refusals.ts'
import { NETWORK_FAULTS } from './faults/network.ts'
import { OPERATOR_FAULTS } from './faults/operator.ts'
import { PROCESS_FAULTS } from './faults/processes.ts'
import { STORE_FAULTS } from './faults/stores.ts'
import { WEBHOOK_FAULTS } from './faults/webhooks.ts'
import { SCENARIOS } from './scenarios/scenarios.ts'

/** Everything that can go wrong here. */
const FAULTS: readonly Fault[] = [
  ...CRM_ANSWERS,
  ...CRM_REFUSALS,
  ...WEBHOOK_FAULTS,
  ...NETWORK_FAULTS,
  ...STORE_FAULTS,
  ...PROCESS_FAULTS,
  ...OPERATOR_FAULTS,
]

/**
 * The faults that were asked for and that this queue can have; all unless names are given. Scenarios must be named.
 * @throws Error that names what there is
 */
export function chosenFaults(
  names: readonly string[] | null,
  queue: 'redis' | 'postgres',
): readonly Fault[] {
  const named = [...FAULTS, ...SCENARIOS]
  const unknown = names?.filter((name) => !named.some((fault) => fault.name === name)) ?? []
  if (unknown.length > 0) {
    const known = named.map(({ name }) => name).join(', ')
    throw new Error(`There is no fault called ${unknown.join(', ')}; --faults takes: ${known}`)
  }
  const possible = (names ? named : FAULTS).filter((fault) => (fault.queue ?? queue) === queue)
  return names ? possible.filter(({ name }) => names.includes(name)) : possible
}

/** By their places among all, so that the other half is the rest; what only one queue can have is in both. */
export function halfOf(faults: readonly Fault[], half: number): readonly Fault[] {
  return faults.filter((fault) => fault.queue !== undefined || FAULTS.indexOf(fault) % 2 === half)
}
