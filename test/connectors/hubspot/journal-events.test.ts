import { describe, expect, test } from 'vitest'
import { readJournalEvents } from '../../../connectors/hubspot/journal-events.ts'

const EVENT = {
  type: 'OBJECT',
  portalId: 4711,
  occurredAt: '2026-11-22T11:00:00Z',
  action: 'UPDATE',
  objectTypeId: '0-1',
  objectId: 7,
  propertyChanges: { jobtitle: 'CTO' },
}

describe('what entries say', () => {
  const readOne = (...events: unknown[]) => readJournalEvents(events)
  const record = (stream: string, id: string) => ({ what: 'record', stream, id })

  test.each([
    ['a deletion', { action: 'DELETE', objectTypeId: '0-2' }, [record('companies', '7')]],
    [
      'a merge',
      { action: 'MERGE', primaryObjectId: 8, mergedObjectIds: [7, 9] },
      [record('contacts', '7'), record('contacts', '8'), record('contacts', '9')],
    ],
    [
      'an association',
      {
        type: 'ASSOCIATION',
        action: 'ASSOCIATION_ADDED',
        associatedObjectTypeId: '0-3',
        associatedObjectId: '5',
      },
      [record('contacts', '7'), record('deals', '5')],
    ],
    [
      'a privacy deletion',
      { type: 'GDPR_PRIVACY_DELETION', action: 'GDPR_DELETE' },
      [{ what: 'erased', kind: 'person', id: '7' }],
    ],
    [
      'a removal',
      { type: 'APP_LIFECYCLE_EVENT', eventTypeId: '4-1916193' },
      [{ what: 'uninstalled' }],
    ],
    [
      'an installation',
      { type: 'APP_LIFECYCLE_EVENT', eventTypeId: '4-1909196' },
      [{ what: 'installed' }],
    ],
    ['a record that we do not read', { objectTypeId: '0-46' }, []],
    ['a list', { type: 'LIST_MEMBERSHIP', action: 'ADDED_TO_LIST' }, []],
  ])('%s', (_name, event, expected) => {
    const { notices, unreadable } = readOne({ ...EVENT, ...event })
    expect(unreadable).toEqual([])
    expect(notices.map(({ about }) => about)).toEqual(expected)
  })

  test('a part that nobody understands does not stop the others, and is not repeated', () => {
    const poison = [
      null,
      'canary',
      { ...EVENT, objectId: '../canary' },
      { ...EVENT, type: 'CANARY 1' },
      { ...EVENT, type: 'SNAPSHOT' },
      { ...EVENT, type: 'APP_LIFECYCLE_EVENT' },
      { ...EVENT, occurredAt: 'yesterday' },
      { ...EVENT, occurredAt: 8.64e15 },
    ]
    const { notices, unreadable } = readOne(EVENT, ...poison, { ...EVENT, objectId: 8 })
    expect(notices).toHaveLength(2)
    expect(unreadable).toHaveLength(poison.length)
    expect(unreadable.join()).not.toMatch(/canary|yesterday/i)
    expect(unreadable).toContain('unknown type SNAPSHOT')
  })

  test('the same event read again has the same key, another one another', () => {
    const keys = readOne(EVENT, EVENT, { ...EVENT, propertyChanges: { city: 'x' } }).notices
    expect(new Set(keys.map(({ key }) => key)).size).toBe(2)
  })
})
