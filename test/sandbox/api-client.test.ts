import { Client } from '@hubspot/api-client'
import { expect, test } from 'vitest'
import { contact, Page, portal, V } from './portal.ts'

test('the official client lists, searches and updates through dated paths', async () => {
  const { url, accessToken } = await portal([contact(1, { city: 'Graz' }), contact(2)])
  const hubspot = new Client({ accessToken, basePath: url, numberOfApiCallRetries: 0 })
  const listed = await hubspot.apiRequest({
    method: 'GET',
    path: `/crm/objects/${V}/contacts`,
    qs: { limit: 1, properties: 'city' },
  })
  expect(Page.parse(await listed.json())).toMatchObject({
    results: [{ id: '1', properties: { city: 'Graz' } }],
    paging: { next: { after: '1' } },
  })
  const updated = await hubspot.apiRequest({
    method: 'POST',
    path: `/crm/objects/${V}/contacts/batch/update`,
    body: { inputs: [{ id: '2', properties: { city: 'Linz' } }] },
  })
  expect(updated.status).toBe(200)
  const found = await hubspot.apiRequest({
    method: 'POST',
    path: `/crm/objects/${V}/contacts/search`,
    body: {
      filterGroups: [{ filters: [{ propertyName: 'city', operator: 'EQ', value: 'Linz' }] }],
    },
  })
  expect(Page.parse(await found.json())).toMatchObject({ total: 1, results: [{ id: '2' }] })
})

test('the official client hands a 429 through with its headers', async () => {
  const { url, accessToken } = await portal([], { limits: { burst: 1 } })
  const hubspot = new Client({ accessToken, basePath: url, numberOfApiCallRetries: 0 })
  const list = () => hubspot.apiRequest({ method: 'GET', path: `/crm/objects/${V}/contacts` })
  expect((await list()).status).toBe(200)
  const refused = await list()
  expect(refused.status).toBe(429)
  expect(refused.headers.get('x-hubspot-ratelimit-remaining')).toBe('0')
})
