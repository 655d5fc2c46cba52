import type { ObjectType } from '../../connectors/hubspot/properties.ts'
import type { Raw } from './contact.ts'
import type { Records } from './records.ts'

/** Records with what changed of them, in the order of their ids. */
export interface TouchedRecords extends Records {
  readonly changed: readonly Raw[]
}

/** Records that somebody changed since: the only state that a portal has. */
export interface Touched {
  /** Gives records another title, as of now. */
  touch(portalId: number, object: ObjectType, ids: readonly string[]): void
  /** The records as they are since, and those that changed. */
  over(portalId: number, object: ObjectType, records: Records): TouchedRecords
}

interface Change {
  readonly at: Date
  readonly times: number
}

const TITLES = ['VP Marketing', 'Sales Director', 'Working Student', 'Chief Revenue Officer']

export function createTouched(): Touched {
  const places = new Map<string, Map<string, Change>>()
  const placeOf = (portalId: number, object: ObjectType) => `${portalId} ${object}`
  return {
    touch(portalId, object, ids) {
      const place = placeOf(portalId, object)
      const changes = places.get(place) ?? new Map<string, Change>()
      places.set(place, changes)
      const at = new Date()
      for (const id of ids) changes.set(id, { at, times: (changes.get(id)?.times ?? 0) + 1 })
    },
    over(portalId, object, records) {
      const changes = places.get(placeOf(portalId, object))
      if (!changes) return { ...records, changed: [] }
      const at = (index: number) => changed(records.at(index), changes)
      const indexes = [...changes.keys()].sort().map((id) => records.indexOf(id))
      return {
        ...records,
        at,
        get changed() {
          return indexes.filter((index) => index >= 0).map(at)
        },
      }
    },
  }
}

function changed(raw: Raw, changes: ReadonlyMap<string, Change>): Raw {
  const change = changes.get(raw.id)
  if (!change) return raw
  const jobtitle = TITLES[change.times % TITLES.length] ?? ''
  return { ...raw, updatedAt: change.at, properties: { ...raw.properties, jobtitle } }
}
