import type { Chance } from '../../connectors/simulation/chance.ts'
import type { Fault } from '../fault.ts'
import type { LiveStage } from '../stage.ts'

type Doing = (stage: LiveStage, chance: Chance, stopping: AbortSignal) => Promise<void>

/**
 * A fault that goes on from its start to its stop, on each stage by itself: seeds run side by side, and a fault that
 * took another's stop for its own would never end.
 */
export function untilStopped(doing: Doing): Pick<Fault, 'start' | 'stop'> {
  const running = new WeakMap<LiveStage, { stopping: AbortController; done: Promise<void> }>()
  return {
    async start(stage, chance) {
      const stopping = new AbortController()
      const done = doing(stage, chance, stopping.signal)
      // Told by stop(); until then nobody else listens.
      done.catch(() => undefined)
      running.set(stage, { stopping, done })
    },
    async stop(stage) {
      running.get(stage)?.stopping.abort()
      await running.get(stage)?.done
    },
  }
}
