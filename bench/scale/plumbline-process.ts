/**
 * Plumbline as `npm start` runs it, but without the pace of the CRM's limits: calls are counted in Postgres as ever,
 * and none waits. The real pace would hide what Plumbline itself takes. Settings come from the environment.
 */
import { readConfig } from '../../config/env.ts'
import type { Connector } from '../../connectors/connector.ts'
import { systemClock } from '../../src/clock.ts'
import { createConnectors } from '../../src/configured-connectors.ts'
import { createLog } from '../../src/log.ts'
import { startPlumbline, untilStopped } from '../../src/main.ts'

const UNHURRIED = { calls: 1_000_000, perMs: 1_000, burst: 1_000_000 }

function withoutPace(connector: Connector): Connector {
  return {
    ...connector,
    connect: (context) =>
      connector.connect({
        ...context,
        budget: {
          take: ({ key }) => context.budget.take({ key, ...UNHURRIED }),
          hold: (allowance, ms) => context.budget.hold(allowance, ms),
        },
      }),
  }
}

const config = readConfig()
const stopped = untilStopped()
const plumbline = await startPlumbline(
  config,
  createLog(config.logLevel),
  systemClock,
  async (given) => {
    const connectors = await createConnectors(given)
    return new Map([...connectors].map(([crm, connector]) => [crm, withoutPace(connector)]))
  },
)
process.send?.('started')
await stopped
await plumbline.close()
process.disconnect?.()
