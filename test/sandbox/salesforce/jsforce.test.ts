import { Connection, OAuth2 } from 'jsforce'
import { expect, test } from 'vitest'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { lead, ORG_APP, ORG_ID, ORG_REDIRECT } from '../org.ts'
import { location } from './oauth-door.ts'
import { SCORE } from './workshop.ts'
import { part, writtenOrg } from './written-org.ts'

const VERIFIER = 'v'.repeat(64)

/** An org that jsforce has connected to by itself, as a customer's admin agrees. */
async function connected() {
  const org = await writtenOrg([lead(1), lead(2)])
  const oauth2 = new OAuth2({
    clientId: ORG_APP.client_id,
    clientSecret: ORG_APP.client_secret,
    redirectUri: ORG_REDIRECT,
    loginUrl: org.url,
    useVerifier: true,
  })
  oauth2.codeVerifier = VERIFIER
  const asked = oauth2.getAuthorizationUrl({
    scope: 'api refresh_token',
    state: 'st',
    code_challenge_method: 'S256',
  })
  const fields = new URL(asked).searchParams
  const hashed = new Uint8Array(
    await crypto.subtle.digest('SHA-256', new TextEncoder().encode(VERIFIER)),
  )
  fields.set('code_challenge', Buffer.from(hashed).toString('base64url'))
  const agreed = await fetch(`${org.url}/services/oauth2/authorize`, {
    method: 'POST',
    body: fields,
    redirect: 'manual',
  })
  const connection = new Connection({ oauth2, version: '66.0' })
  const who = await connection.authorize(location(agreed).searchParams.get('code') ?? '')
  return { ...org, connection, who }
}

test('jsforce connects, and knows whose org it is', async () => {
  const { connection, who, url } = await connected()
  expect(who).toMatchObject({ organizationId: ORG_ID, id: idOf('User', 1) })
  expect(connection.instanceUrl).toBe(url)
  const info: unknown = await connection.request('/services/oauth2/userinfo')
  expect(info).toMatchObject({ organization_id: ORG_ID, user_id: who.id })
})

test('jsforce writes collections, and reads what became of each record', async () => {
  const { connection, fields } = await connected()
  const results = await connection.sobject('Lead').update([
    { Id: idOf('Lead', 1), Title: 'CEO' },
    { Id: idOf('Lead', 9), Title: 'CEO' },
  ])
  expect(results).toMatchObject([
    { id: idOf('Lead', 1), success: true },
    { success: false, errors: [{ statusCode: 'INVALID_CROSS_REFERENCE_KEY' }] },
  ])
  expect(fields('Lead', idOf('Lead', 1))).toMatchObject({ Title: 'CEO' })
})

test('jsforce names the error code of a refusal', async () => {
  const { connection } = await connected()
  const gone = connection.sobject('Lead').update({ Id: idOf('Lead', 9), Title: 'CEO' })
  await expect(gone).rejects.toMatchObject({ errorCode: 'NOT_FOUND' })
  const wrong = connection.requestPatch('/composite/sobjects', {
    records: [part('Lead', 1, { Hidden__c: 1 })],
  })
  await expect(wrong).rejects.toMatchObject({ errorCode: 'INVALID_FIELD' })
})

test('jsforce makes fields', async () => {
  const { connection } = await connected()
  const made = await connection.tooling.create('CustomField', SCORE)
  expect(made).toMatchObject({ success: true, id: expect.stringMatching(/^00N/) })
  await expect(connection.tooling.create('CustomField', SCORE)).rejects.toMatchObject({
    errorCode: 'DUPLICATE_DEVELOPER_NAME',
  })
  const found = await connection.tooling.query(
    "SELECT Id, DeveloperName FROM CustomField WHERE TableEnumOrId = 'Lead'",
  )
  expect(found.records).toMatchObject([{ DeveloperName: 'Score' }])
})

test('jsforce alone loses the rotated refresh token: its second refresh ends the grant', async () => {
  const { connection, lever } = await connected()
  const call = () =>
    connection.request('/services/data/v66.0/tooling/query?q=SELECT+Id+FROM+CustomField')
  await lever('/__tokens', { expire: true })
  await expect(call()).resolves.toMatchObject({ size: 0 })
  await lever('/__tokens', { expire: true })
  await expect(call()).rejects.toThrow('expired access/refresh token')
})
