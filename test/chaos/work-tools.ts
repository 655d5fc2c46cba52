import type { Chance } from '../connectors/simulation/chance.ts'
import type { InstalledCrm } from './stage.ts'

/** What people do in a CRM, by its name; `share` is how often it is done, of all that is done. */
export type Works = Readonly<Record<string, { readonly share: number; run(): Promise<unknown> }>>

/** Whom somebody in the CRM works on. */
interface People {
  /** Somebody who was not changed more than once; undefined when there is nobody left. */
  change(): string | undefined
  /** Somebody who leaves, and is not changed any more. */
  take(isFit?: (id: string) => boolean): string | undefined
  add(id: string): void
}

export interface WorkTools {
  readonly crm: InstalledCrm
  readonly chance: Chance
  readonly people: People
  readonly winners: Set<string>
  readonly erased: Set<string>
  /** Different in every run and for every use. */
  unique(): string
  mutate(change: object): Promise<unknown>
}

/**
 * A record that is written five times in ten minutes rests by design, and a run takes less than ten minutes: written
 * once at the beginning, and twice by publishing a model and taking it back, leaves two changes.
 */
const CHANGES_EACH = 2

export const TITLES = ['Chief Executive Officer', 'VP Sales', 'Marketing Intern', 'Data Engineer']
export const COUNTRIES = ['Germany', 'United States', 'India', 'France']

export function pick<T>(chance: Chance, list: readonly T[]): T | undefined {
  return list[chance.between(0, list.length - 1)]
}

/** @param ids whom they work on; those that are taken or added leave and join */
export function openTools(crm: InstalledCrm, ids: string[], chance: Chance): WorkTools {
  let used = 0
  let unique = 0
  const changes = new Map<string, number>()
  return {
    crm,
    chance,
    winners: new Set(),
    erased: new Set(),
    unique() {
      unique += 1
      return `${crm.crm}-${unique}`
    },
    async mutate(change) {
      const text = await (await crm.control('POST', '__mutate', change)).text()
      // Of whom was forgotten nothing is told.
      return text === '' ? null : JSON.parse(text)
    },
    people: {
      change() {
        const id = ids[used++ % Math.max(1, ids.length)]
        const times = changes.get(id ?? '') ?? 0
        if (id === undefined || times >= CHANGES_EACH) return undefined
        changes.set(id, times + 1)
        return id
      },
      take(isFit = () => true) {
        // Those who were just changed are the likeliest to have work under way.
        const from = used % Math.max(1, ids.length)
        const at = ids.findIndex((id, n) => n >= from && isFit(id))
        return at < 0 ? undefined : ids.splice(at, 1)[0]
      },
      add: (id) => void ids.push(id),
    },
  }
}
