import { describe, expect, test } from 'vitest'
import { readConfig } from '../../config/env.ts'
import { UserError } from '../../src/errors.ts'

describe('settings', () => {
  test('nothing set is a complete configuration', () => {
    expect(readConfig({})).toMatchObject({
      role: 'all',
      port: 3000,
      schedule: { nightlyAt: '02:00' },
    })
    expect(readConfig({})).not.toHaveProperty('databaseUrl')
  })

  test('an empty variable counts as not set', () => {
    expect(readConfig({ REDIS_URL: '', PORT: '' })).toMatchObject({ port: 3000 })
  })

  test('every wrong variable is named at once', () => {
    const wrong = { PORT: '70000', PLUMBLINE_ROLE: 'king', NIGHTLY_AT: '25:00' }
    expect(() => readConfig(wrong)).toThrow(/PORT[\s\S]*PLUMBLINE_ROLE|PLUMBLINE_ROLE[\s\S]*PORT/)
    expect(() => readConfig(wrong)).toThrow(/NIGHTLY_AT: must be a time of day/)
  })

  test('a former client secret comes along while it is set', () => {
    const app = { HUBSPOT_CLIENT_ID: 'x', HUBSPOT_CLIENT_SECRET: 'new' }
    expect(readConfig(app).hubspot).not.toHaveProperty('previousClientSecret')
    const both = readConfig({ ...app, HUBSPOT_CLIENT_SECRET_PREVIOUS: 'old' })
    expect(both.hubspot).toMatchObject({ clientSecret: 'new', previousClientSecret: 'old' })
  })

  test.each(['HUBSPOT', 'SALESFORCE'])('half an app of %s is refused', (crm) => {
    expect(() => readConfig({ [`${crm}_CLIENT_ID`]: 'x' })).toThrow(UserError)
    expect(() => readConfig({ [`${crm}_CLIENT_SECRET`]: 'x' })).toThrow(`${crm}_CLIENT_ID`)
  })

  test('an app of Salesforce is production’s unless said', () => {
    const app = { SALESFORCE_CLIENT_ID: 'x', SALESFORCE_CLIENT_SECRET: 'y' }
    expect(readConfig(app).salesforce).toEqual({
      clientId: 'x',
      clientSecret: 'y',
      loginUrl: 'https://login.salesforce.com',
      pubSubEndpoint: 'api.pubsub.salesforce.com:7443',
    })
    const wrong = { ...app, SALESFORCE_PUBSUB_ENDPOINT: 'https://somewhere' }
    expect(() => readConfig(wrong)).toThrow('SALESFORCE_PUBSUB_ENDPOINT: must be HOST:PORT')
  })
})
