import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { createHubspotConnector } from '../../connectors/hubspot/index.ts'
import { webhookSubscriptions } from '../../connectors/hubspot/webhook-subscriptions.ts'
import { hostOf, hubspotAppFiles } from '../../tools/write-hubspot-app.ts'

const PROJECT = 'crm-apps/hubspot'

function read(file: string): string {
  return readFileSync(path.join(PROJECT, file), 'utf8')
}

function json(file: string): unknown {
  return JSON.parse(read(file))
}

const Component = z.object({ uid: z.string(), type: z.string(), config: z.looseObject({}) })
const Card = z.object({
  config: z.strictObject({
    name: z.string(),
    description: z.string(),
    location: z.enum(['crm.record.tab', 'crm.record.sidebar']),
    entrypoint: z.string(),
    objectTypes: z.array(z.string()),
  }),
})
const App = z.object({
  config: z.object({
    distribution: z.literal('marketplace'),
    auth: z.object({
      type: z.literal('oauth'),
      redirectUrls: z.array(z.string()),
      requiredScopes: z.array(z.string()),
      optionalScopes: z.array(z.string()),
    }),
  }),
})

const app = json('src/app/app-hsmeta.json')
const host = hostOf(app)
const generated = hubspotAppFiles(app, host)

describe('the project that is uploaded to HubSpot', () => {
  test('is one of the developer platform', () => {
    expect(json('hsproject.json')).toEqual({
      name: 'plumbline',
      srcDir: 'src',
      platformVersion: '2026.09',
    })
  })

  test('has components with names of their own that HubSpot takes', () => {
    const files = globSync(`${PROJECT}/src/**/*-hsmeta.json`)
    const components = files.map((file) => Component.parse(JSON.parse(readFileSync(file, 'utf8'))))
    const types = components.map(({ type }) => type).sort()
    expect(types).toEqual(['app', 'card', 'card', 'webhooks'])
    const uids = components.map(({ uid }) => uid)
    expect(new Set(uids).size).toBe(uids.length)
    for (const uid of uids) expect(uid).toMatch(/^[a-z][a-z0-9-]{0,63}$/)
  })

  test('asks for exactly the scopes of the installation link', () => {
    const { auth } = App.parse(app).config
    const connector = createHubspotConnector({
      apiUrl: 'https://api.hubapi.com',
      authorizeUrl: 'https://app.hubspot.com/oauth/authorize',
      clientId: 'id',
      clientSecret: 'secret',
      redirectUrl: `${host}/oauth/hubspot/callback`,
    })
    const link = new URL(connector.authorizeUrl('s')).searchParams
    expect(auth.requiredScopes.join(' ')).toBe(link.get('scope'))
    expect(auth.optionalScopes.join(' ')).toBe(link.get('optional_scope'))
    expect(auth.redirectUrls).toEqual([link.get('redirect_uri')])
  })

  test('names one address everywhere', () => {
    const texts = globSync(`${PROJECT}/src/**/*.{json,ts,tsx}`).map((file) =>
      readFileSync(file, 'utf8'),
    )
    const ours = texts.flatMap((text) => text.match(/https:\/\/[^/"'\s]+/g) ?? [])
    // The operator's own pages, which nothing is fetched from.
    const others = ours.filter((address) => address !== 'https://example.com')
    expect(others.length).toBeGreaterThan(3)
    expect(new Set(others)).toEqual(new Set([host]))
  })

  test('is what node tools/write-hubspot-app.ts writes', () => {
    expect(app).toEqual(generated.app)
    expect(json('src/app/webhooks/webhooks-hsmeta.json')).toEqual(generated.webhooks)
    expect(read('src/app/cards/host.ts')).toBe(generated.cardHost)
  })

  test('another address changes all places and nothing else', () => {
    const moved = JSON.stringify(hubspotAppFiles(app, 'https://scores.acme.io'))
    expect(moved).not.toContain(host)
    expect(moved.replaceAll('https://scores.acme.io', host)).toBe(JSON.stringify(generated))
  })

  test('subscribes to everything the connector wants to be told, each once', () => {
    const { subscriptions } = z
      .object({
        config: z.object({
          subscriptions: z.object({
            crmObjects: z.array(z.looseObject({ active: z.literal(true) })),
            hubEvents: z.array(z.looseObject({ active: z.literal(true) })),
          }),
        }),
      })
      .parse(generated.webhooks).config
    expect(subscriptions.hubEvents).toEqual([
      { subscriptionType: 'contact.privacyDeletion', active: true },
    ])
    const asked = subscriptions.crmObjects.map(({ active: _active, ...rest }) => rest)
    const wanted = webhookSubscriptions().filter(
      ({ subscriptionType }) => subscriptionType !== 'contact.privacyDeletion',
    )
    expect(asked).toEqual(wanted)
    expect(new Set(asked.map((each) => JSON.stringify(each))).size).toBe(asked.length)
    expect(asked).toContainEqual({
      subscriptionType: 'object.propertyChange',
      objectType: 'contact',
      propertyName: 'jobtitle',
    })
  })

  const cards = globSync(`${PROJECT}/src/app/cards/*-hsmeta.json`)
  test.each(cards)('%s leads to a file, on contacts and companies', (file) => {
    const { config } = Card.parse(JSON.parse(readFileSync(file, 'utf8')))
    expect(read(`src${config.entrypoint}`)).toContain(`hubspot.extend<'${config.location}'>`)
    expect(config.objectTypes).toEqual(['contacts', 'companies'])
  })

  test('needs nothing from outside its folder but what its package lists', () => {
    const { dependencies } = z
      .object({ dependencies: z.record(z.string(), z.string()) })
      .parse(json('src/app/cards/package.json'))
    const own = globSync('*.{ts,tsx}', { cwd: `${PROJECT}/src/app/cards` })
    const available = [...own.map((file) => `./${file}`), ...Object.keys(dependencies)]
    const imported = own.flatMap((file) => [
      ...read(`src/app/cards/${file}`).matchAll(/from '([^']+)'/g),
    ])
    expect(imported.length).toBeGreaterThan(10)
    for (const [, name] of imported) expect(available).toContain(name)
  })
})

describe('what HubSpot starts', () => {
  test.each([
    ['score-tab', 'full'],
    ['score-sidebar', 'short'],
  ])('%s hands the record on and asks through HubSpot', async (entry, size) => {
    const extend = vi.fn()
    const fetch = vi.fn()
    vi.doMock('@hubspot/ui-extensions', async (original) => ({
      ...(await original<object>()),
      hubspot: { extend, fetch },
    }))
    await import(`../../crm-apps/hubspot/src/app/cards/${entry}.tsx`)
    vi.doUnmock('@hubspot/ui-extensions')
    const record = { objectId: 51, objectTypeId: '0-1' }
    const element = extend.mock.calls[0]?.[0]({ context: { crm: record } })
    expect(element.props).toEqual({ fetch, host, record, size })
  })
})
