import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '../fault.ts'
import type { FaultProxy, Line } from '../proxy.ts'
import type { LiveStage } from '../stage.ts'
import { untilStopped } from './until-stopped.ts'

type Lines = (stage: LiveStage) => readonly FaultProxy[]

const toCrms: Lines = ({ crms }) => crms.flatMap(({ lines }) => lines)
const toPostgres: Lines = ({ lines }) => [lines.postgres]
const toRedis: Lines = ({ lines }) => (lines.redis ? [lines.redis] : [])
const all: Lines = (stage) => [...toCrms(stage), ...toPostgres(stage), ...toRedis(stage)]

type Place = Pick<Fault, 'kind' | 'queue'>
const NETWORK: Place = { kind: 'network' }
const DATABASE: Place = { kind: 'database' }
const REDIS: Place = { kind: 'queue', queue: 'redis' }

/** Lines that are bad for a while. */
function disturbed(name: string, place: Place, lines: Lines, line: Line): Fault {
  const set = async (stage: LiveStage, next: Line) => {
    for (const proxy of lines(stage)) proxy.disturb(next)
  }
  return { name, ...place, start: (stage) => set(stage, line), stop: (stage) => set(stage, {}) }
}

/** Nobody takes connections for a while. */
function refused(name: string, place: Place, lines: Lines): Fault {
  return {
    name,
    ...place,
    start: async (stage) => void (await Promise.all(lines(stage).map((line) => line.refuse()))),
    stop: async (stage) => void (await Promise.all(lines(stage).map((line) => line.accept()))),
  }
}

const RESET_EVERY_MS = 700

/** Open connections are cut again and again. */
function cut(name: string, place: Place, lines: Lines): Fault {
  return {
    name,
    ...place,
    ...untilStopped((stage, _chance, stopping) => resetAgain(lines(stage), stopping)),
  }
}

async function resetAgain(lines: readonly FaultProxy[], stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    for (const line of lines) line.reset()
    await sleep(RESET_EVERY_MS, undefined, { signal: stopping }).catch(() => undefined)
  }
}

/** Bad lines: to the CRMs, to the database and to Redis. */
export const NETWORK_FAULTS: readonly Fault[] = [
  disturbed('network-latency', NETWORK, toCrms, { latencyMs: 150, jitterMs: 300 }),
  disturbed('network-sliced', NETWORK, all, { sliceBytes: 700 }),
  disturbed('network-narrow', NETWORK, toCrms, { bytesPerSecond: 60_000 }),
  cut('connections-reset', NETWORK, all),
  refused('crm-unreachable', NETWORK, toCrms),
  disturbed('crm-silent', NETWORK, toCrms, { isSilent: true }),
  refused('database-unreachable', DATABASE, toPostgres),
  disturbed('database-slow', DATABASE, toPostgres, { latencyMs: 20, jitterMs: 60 }),
  disturbed('database-silent', DATABASE, toPostgres, { isSilent: true }),
  refused('redis-unreachable', REDIS, toRedis),
  disturbed('redis-slow', REDIS, toRedis, { latencyMs: 20, jitterMs: 60 }),
]
