import type { Reserved, TaskCandidate } from '../src/store/tasks.ts'

/** What is known before tasks are given out. */
export interface TaskSituation {
  /** The best scores first. */
  readonly candidates: readonly TaskCandidate[]
  /** Who owns each of them; nobody: not in the map. */
  readonly owners: ReadonlyMap<string, string>
  /** What the same people were given lately. */
  readonly earlier: readonly Reserved[]
  /** How many tasks each owner was given today. */
  readonly today: ReadonlyMap<string, number>
  readonly perOwnerPerDay: number
}

/** A task for somebody's owner; `key` where it was reserved before and never confirmed. */
export interface ChosenTask {
  readonly candidate: TaskCandidate
  readonly ownerId: string
  readonly key?: string
}

export interface TaskChoice {
  readonly chosen: readonly ChosenTask[]
  /** People whose owner has had enough for today. */
  readonly waiting: ReadonlySet<string>
}

/** Gives each owner at most so many tasks a day, for the best scores. Who has no owner, or had the task, gets none. */
export function chooseTasks(situation: TaskSituation): TaskChoice {
  const { candidates, owners, perOwnerPerDay } = situation
  const given = new Map(situation.today)
  const chosen: ChosenTask[] = []
  const waiting = new Set<string>()
  for (const candidate of candidates) {
    const before = earlierTask(situation, candidate)
    if (before) {
      if (!before.isCreated) chosen.push({ candidate, ownerId: before.ownerId, key: before.key })
      continue
    }
    const ownerId = owners.get(candidate.personId)
    if (ownerId === undefined) continue
    const count = given.get(ownerId) ?? 0
    if (count >= perOwnerPerDay) {
      waiting.add(candidate.personId)
      continue
    }
    given.set(ownerId, count + 1)
    chosen.push({ candidate, ownerId })
  }
  return { chosen, waiting }
}

function earlierTask(
  { earlier }: TaskSituation,
  { personId, tier }: TaskCandidate,
): Reserved | undefined {
  return earlier.find((each) => each.personId === personId && each.tier === tier)
}
