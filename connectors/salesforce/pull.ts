import { type ChangeWindow, EMPTY_PAGE, type Page, type Position } from '../page.ts'
import { readChanges } from './changes.ts'
import { listLive } from './list.ts'
import type { Org } from './org.ts'
import { type Readings, withReading } from './reading.ts'
import { objectOf } from './streams.ts'

const PEOPLE = ['Lead', 'Contact']
/** What hangs on people, who come behind it. */
const BEFORE_PEOPLE = ['Opportunity', 'Task', 'Event', 'CampaignMember']

export const FULL_PHASES: readonly (readonly string[])[] = [['Account'], BEFORE_PEOPLE, PEOPLE]
/** A role that is added to an opportunity, or taken from it, does not change the opportunity. */
export const CHANGE_PHASES: readonly (readonly string[])[] = [
  ['Account'],
  [...BEFORE_PEOPLE, 'OpportunityContactRole'],
  PEOPLE,
]

/** One page of a full read. Contact roles come with their opportunities. */
export async function pullAll(
  org: Org,
  readings: Readings,
  stream: string,
  position: Position | null,
): Promise<Page> {
  const object = objectOf(stream)
  if (object === 'OpportunityContactRole') return EMPTY_PAGE
  return await withReading(org, readings, object, EMPTY_PAGE, (reading) =>
    listLive(org, reading, position),
  )
}

/** One page of what changed in the window. */
export async function pullChanges(
  org: Org,
  readings: Readings,
  stream: string,
  window: ChangeWindow,
  position: Position | null,
): Promise<Page> {
  const object = objectOf(stream)
  return await withReading(org, readings, object, EMPTY_PAGE, (reading) =>
    readChanges(org, readings, reading, window, position),
  )
}
