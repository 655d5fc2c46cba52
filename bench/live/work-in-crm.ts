import { chanceOf } from '../../test/connectors/simulation/chance.ts'
import { plannedChanges } from './changes.ts'
import type { Live } from './stage.ts'

const TITLES = ['Chief Executive Officer', 'VP Sales', 'Marketing Intern', 'Data Engineer', '']
const COUNTRIES = ['Germany', 'United States', 'India', 'France', '']

/** People who work in the CRM: they change, create, delete, restore and merge contacts. */
export interface Worker {
  step(): Promise<void>
  /** How often each was done. */
  done(): Readonly<Record<string, number>>
  /** Contacts that others were merged into. */
  readonly winners: ReadonlySet<string>
}

export function workInCrm(live: Live, seed: number): Worker {
  const chance = chanceOf(seed)
  const counts: Record<string, number> = {}
  const deleted: string[] = []
  const winners = new Set<string>()
  let alive: string[] = []
  let created = 0

  const pick = <T>(list: readonly T[]): T | undefined => list[chance.between(0, list.length - 1)]
  const mutate = (body: object) => live.control('POST', '__mutate', { type: 'contacts', ...body })
  const take = (list: string[]) => list.splice(chance.between(0, list.length - 1), 1)[0]

  const works: Readonly<Record<string, { share: number; run(): Promise<unknown> }>> = {
    update: {
      share: 0.8,
      run: () => {
        const properties = { jobtitle: pick(TITLES) ?? '', country: pick(COUNTRIES) ?? '' }
        return mutate({ op: 'update', id: pick(alive), properties })
      },
    },
    create: {
      share: 0.08,
      run: () => {
        created += 1
        const email = `new-${seed}-${created}@firm-${created % 50}.example`
        return mutate({ op: 'create', properties: { email, jobtitle: pick(TITLES) ?? '' } })
      },
    },
    archive: {
      share: 0.05,
      run: () => {
        const id = take(alive) ?? ''
        deleted.push(id)
        return mutate({ op: 'archive', id })
      },
    },
    restore: {
      share: 0.03,
      run: async () => {
        const id = take(deleted)
        if (id === undefined) return
        alive.push(id)
        await mutate({ op: 'restore', id })
      },
    },
    merge: {
      share: 0.04,
      run: () => {
        const loserId = take(alive)
        const id = pick(alive) ?? ''
        winners.add(id)
        return mutate({ op: 'merge', id, loserId })
      },
    },
  }

  return {
    async step() {
      if (alive.length === 0) alive = (await plannedChanges(live, 100_000)).map(({ id }) => id)
      let left = chance.next()
      for (const [name, { share, run }] of Object.entries(works)) {
        left -= share
        if (left > 0) continue
        await run()
        counts[name] = (counts[name] ?? 0) + 1
        return
      }
    },
    done: () => counts,
    winners,
  }
}
