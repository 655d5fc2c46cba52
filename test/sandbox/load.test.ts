import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadPortal } from '../../sandbox/hubspot/load.ts'
import { countObjects } from '../../sandbox/hubspot/object-table.ts'
import { fillPortal, isPortalFile } from '../../sandbox/hubspot/portal.ts'
import type { PortalRecord } from '../../sandbox/hubspot/record.ts'
import { openStore } from '../../sandbox/hubspot/store.ts'
import { company, contact, many, Page, PORTAL_ID, portal, temporaryDirectory } from './portal.ts'

const BROKEN: [string, PortalRecord[], string][] = [
  ['an id that is no number', [contact(1), { ...contact(2), id: 'C2' }], 'contacts C2'],
  ['an id twice', [contact(1), contact(1)], 'contacts 1: there are two'],
  [
    'an association with nobody',
    [{ ...contact(1), associations: [{ type: 'companies', id: '9' }] }],
    'contacts 1 is associated with companies 9',
  ],
  [
    'an association that cannot be',
    [{ ...contact(1), associations: [{ type: 'contacts', id: '1' }] }],
    'cannot be associated',
  ],
]

test.for(BROKEN)(
  '%s leaves the store as it was and names the record',
  async ([, records, words]) => {
    const store = openStore(join(temporaryDirectory(), 'portal.db'))
    await loadPortal(store, [company(1)])
    await expect(loadPortal(store, records)).rejects.toThrow(words)
    expect(countObjects(store)).toEqual({ companies: 1 })
    store.close()
  },
)

test('a fill that fails leaves no file', async () => {
  const file = join(temporaryDirectory(), 'portal.db')
  const records = [contact(1), contact(1)]
  await expect(fillPortal(file, PORTAL_ID, records, () => undefined)).rejects.toThrow('contacts 1')
  expect(isPortalFile(file)).toBe(false)
})

test('progress tells how many records are in, and the last number is all of them', async () => {
  const store = openStore(join(temporaryDirectory(), 'portal.db'))
  const told: number[] = []
  await loadPortal(store, many(1_200), (loaded) => told.push(loaded))
  expect(told).toEqual([500, 1_000, 1_200])
  store.close()
})

test('an unknown column becomes a property of the portal, and strange values stay', async () => {
  const { objects } = await portal([
    contact(1, { product_interest: 'platform', hs_lead_status: 'WARMISH', lastmodifieddate: 'x' }),
  ])
  const path = 'contacts/1?properties=product_interest,hs_lead_status,lastmodifieddate'
  expect((await objects('GET', path)).body).toMatchObject({
    properties: {
      product_interest: 'platform',
      hs_lead_status: 'WARMISH',
      lastmodifieddate: '2026-11-01T11:00:00.000Z',
    },
  })
})

test('archived and merged records come in as such', async () => {
  const { objects, ids } = await portal([
    contact(1, { hs_merged_object_ids: '2' }),
    { ...contact(2), mergedInto: '1' },
    { ...contact(3), archivedAt: 5 },
  ])
  expect(await ids('contacts')).toEqual(['1'])
  expect(await ids('contacts?archived=true')).toEqual(['3'])
  expect(Page.shape.results.element.parse((await objects('GET', 'contacts/2')).body).id).toBe('1')
})
