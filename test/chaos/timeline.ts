import { setTimeout as sleep } from 'node:timers/promises'
import { type Chance, chanceOf } from '../connectors/simulation/chance.ts'
import type { Fault } from './fault.ts'
import { type Recovery, watchEnding } from './recovery.ts'
import type { LiveStage } from './stage.ts'
import type { CrmWorker } from './work-in-crm.ts'

/** Faults that strike at the same time. */
export type Group = readonly Fault[]

export interface Measure {
  /** How long a fault lasts that does not say so itself. */
  readonly lastsMs: number
  /** How many strike at a time. */
  readonly together: readonly [fewest: number, most: number]
  /** Changes a second in each CRM. */
  readonly changesPerSecond: number
  /** How long everything may take to come to rest when the faults are over. */
  readonly patienceMs: number
}

/** What became of a group. */
export interface Struck {
  readonly names: readonly string[]
  /** Null for what is no fault: how long that takes is a matter of how much there is to do. */
  readonly recovery: Recovery | null
}

/** Every fault once, in an order of the seed; killed processes and operators strike alone. */
export function plan(
  faults: readonly Fault[],
  seed: number,
  { together }: Measure,
): readonly Group[] {
  const chance = chanceOf(seed)
  const alone = faults.filter(({ recovery }) => recovery !== undefined).map((fault) => [fault])
  const others = shuffled(
    faults.filter(({ recovery }) => recovery === undefined),
    chance,
  )
  const groups: Group[] = []
  while (others.length > 0) groups.push(others.splice(0, chance.between(...together)))
  return shuffled([...groups, ...alone], chance)
}

function shuffled<T>(list: readonly T[], chance: Chance): T[] {
  const keyed = list.map((each) => ({ each, key: chance.next() }))
  return keyed.toSorted((a, b) => a.key - b.key).map(({ each }) => each)
}

/** Lets a group strike while people work in the CRMs, and waits until it has left no trace. */
export async function strike(
  stage: LiveStage,
  group: Group,
  workers: ReadonlyMap<string, CrmWorker>,
  measure: Measure,
  seed: number,
): Promise<Struck> {
  const names = group.map(({ name }) => name)
  const working = keepWorking([...workers.values()], measure.changesPerSecond)
  try {
    const [only] = group
    const recovery =
      only?.recovery === 'start'
        ? await strikeDown(stage, only, workers, seed)
        : await strikeFor(stage, group, workers, measure, seed)
    return { names, recovery }
  } finally {
    await working.stop()
  }
}

/** Processes are killed: what counts is how long it takes from there. */
async function strikeDown(
  stage: LiveStage,
  fault: Fault,
  workers: ReadonlyMap<string, CrmWorker>,
  seed: number,
): Promise<Recovery> {
  await fault.start(stage, chanceOf(seed))
  const ending = await watchEnding(stage, workers)
  const [recovery] = await Promise.all([ending.recovered(), fault.stop(stage)])
  return recovery
}

async function strikeFor(
  stage: LiveStage,
  group: Group,
  workers: ReadonlyMap<string, CrmWorker>,
  { lastsMs }: Measure,
  seed: number,
): Promise<Recovery | null> {
  const runs = group.map(async (fault, n) => {
    const chance = chanceOf(seed * 31 + n)
    await sleep(chance.next() * 1_000)
    await fault.start(stage, chance)
    await sleep(fault.lastsMs ?? lastsMs)
    await fault.stop(stage)
  })
  // All of them end before the first failure is told: the stage is taken down then.
  await Promise.allSettled(runs)
  await Promise.all(runs)
  if (group.some(({ recovery }) => recovery === 'none')) return null
  return (await watchEnding(stage, workers)).recovered()
}

/** Does so many changes a second in each CRM until stopped. */
function keepWorking(workers: readonly CrmWorker[], perSecond: number) {
  const stopping = new AbortController()
  const work = async (worker: CrmWorker) => {
    while (!stopping.signal.aborted) {
      await worker.step()
      await sleep(1_000 / perSecond, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }
  const done = Promise.all(workers.map(work))
  // Told by stop(); until then nobody else listens.
  done.catch(() => undefined)
  return {
    async stop() {
      stopping.abort()
      await done
    },
  }
}
