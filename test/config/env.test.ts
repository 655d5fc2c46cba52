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

  test('a former secret of our own comes along while it is set, and must be as long', () => {
    const previous = 'p'.repeat(32)
    expect(readConfig({}).previousSecret).toBeUndefined()
    expect(readConfig({ PLUMBLINE_SECRET_PREVIOUS: previous }).previousSecret).toBe(previous)
    expect(() => readConfig({ PLUMBLINE_SECRET_PREVIOUS: 'short' })).toThrow(
      /SECRET_PREVIOUS: needs/,
    )
  })

  test.each([
    ['1', 1],
    ['10.0.0.0/8, ::1', ['10.0.0.0/8', '::1']],
    ['loopback,192.0.2.7', ['loopback', '192.0.2.7']],
  ])('proxies are trusted by number or address: %s', (text, trusted) => {
    expect(readConfig({ TRUST_PROXY: text }).trustProxy).toEqual(trusted)
  })

  test('nothing is traced unless a collector is named, and then all of it unless said', () => {
    expect(readConfig({ OTEL_TRACES_SAMPLER_ARG: '0.1' })).not.toHaveProperty('tracing')
    const endpoint = 'https://collector.example:4318'
    const named = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }
    expect(readConfig(named).tracing).toEqual({ endpoint, ratio: 1 })
    const some = readConfig({ ...named, OTEL_TRACES_SAMPLER_ARG: '0.1' })
    expect(some.tracing).toEqual({ endpoint, ratio: 0.1 })
  })

  test.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector.example'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'grpc://collector.example:4317'],
    ['OTEL_TRACES_SAMPLER_ARG', '10'],
    ['OTEL_TRACES_SAMPLER_ARG', 'all'],
  ])('no trace goes anywhere with %s=%s', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(name)
  })

  test('no proxy is trusted unless said', () => {
    expect(readConfig({})).not.toHaveProperty('trustProxy')
  })

  test.each([
    'true',
    '*',
    '0',
    '-1',
    '0.0.0.0/0',
    '::/0',
    '10.0.0.0/33',
    '10.0.0.0/8/8',
    'proxy.example',
    '1,',
    ',',
  ])('nobody is trusted by "%s"', (text) => {
    expect(() => readConfig({ TRUST_PROXY: text })).toThrow(/TRUST_PROXY: must be the number/)
  })
})
