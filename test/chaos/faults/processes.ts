import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Chance } from '../../connectors/simulation/chance.ts'
import type { Fault } from '../fault.ts'
import type { LiveStage } from '../stage.ts'
import type { OurProcess } from '../stage-process.ts'
import { untilStopped } from './until-stopped.ts'

type Choice = (stage: LiveStage, chance: Chance) => readonly OurProcess[]

const oneWorker: Choice = ({ workers }, chance) => {
  const worker = workers[chance.between(0, 1)]
  return worker ? [worker] : []
}

async function allReady({ web, workers }: LiveStage): Promise<void> {
  await Promise.all([web, ...workers].map((process) => process.ready()))
}

/** SIGKILL at a random moment of the first second. */
function killed(name: string, choose: Choice): Fault {
  return {
    name,
    kind: 'process',
    recovery: 'start',
    async start(stage, chance) {
      const chosen = choose(stage, chance)
      await sleep(chance.next() * 1_000)
      await Promise.all(chosen.map((process) => process.kill()))
    },
    stop: allReady,
  }
}

const rollingRestart: Fault = {
  name: 'rolling-restart',
  kind: 'process',
  async start({ workers, web }) {
    for (const process of [...workers, web]) {
      await process.terminate()
      await process.start()
    }
  },
  stop: allReady,
}

/** Longer than leases and locks last: when it goes on, others have done its work. */
const frozen: Fault = {
  name: 'worker-frozen',
  kind: 'process',
  lastsMs: 15_000,
  ...untilStopped(async (stage, chance, stopping) => {
    const sleeping = oneWorker(stage, chance)[0]
    sleeping?.freeze()
    await once(stopping, 'abort')
    sleeping?.thaw()
  }),
}

const killing = untilStopped(killAgain)

/** SIGKILL again and again at random moments, now this worker, now that. */
const killedAgain: Fault = {
  name: 'workers-killed-again',
  kind: 'process',
  lastsMs: 8_000,
  start: killing.start,
  async stop(stage) {
    await killing.stop(stage)
    await allReady(stage)
  },
}

async function killAgain(stage: LiveStage, chance: Chance, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    await oneWorker(stage, chance)[0]?.kill()
    const pauseMs = 500 + chance.next() * 2_500
    await sleep(pauseMs, undefined, { signal: stopping }).catch(() => undefined)
  }
}

/** A worker gets a clock that is wrong. */
function skewed(name: string, which: 0 | 1, aheadMs: number): Fault {
  return {
    name,
    kind: 'clock',
    lastsMs: 8_000,
    async start({ workers }) {
      await workers[which].terminate()
      await workers[which].start({ aheadMs })
    },
    async stop({ workers }) {
      await workers[which].terminate()
      await workers[which].start()
    },
  }
}

const FIVE_MINUTES_MS = 5 * 60_000

/** Processes that die, stand still, or do not know what time it is. */
export const PROCESS_FAULTS: readonly Fault[] = [
  killed('worker-killed', oneWorker),
  killed('workers-killed', ({ workers }) => workers),
  killed('web-killed', ({ web }) => [web]),
  rollingRestart,
  frozen,
  killedAgain,
  skewed('clock-ahead', 0, FIVE_MINUTES_MS),
  skewed('clock-behind', 1, -FIVE_MINUTES_MS),
]
