import { expect, test } from 'vitest'
import { createHubspotConnector } from '../../connectors/hubspot/index.ts'
import { createRegistry } from '../../connectors/registry.ts'
import { UserError } from '../../src/errors.ts'

const hubspot = createHubspotConnector({
  apiUrl: 'http://127.0.0.1:1',
  authorizeUrl: 'http://127.0.0.1:1/oauth/authorize',
  clientId: 'id',
  clientSecret: 'secret',
  redirectUrl: 'http://127.0.0.1:2/callback',
})

test('a connector is found by its name', () => {
  expect(createRegistry([hubspot]).get('hubspot')).toBe(hubspot)
})

test('two connectors of one name are a mistake', () => {
  expect(() => createRegistry([hubspot, hubspot])).toThrow(UserError)
})
