import { SANDBOX_APP } from '../../src/cli/demo/sandbox-process.ts'
import { signatureOf } from '../connectors/hubspot/signer.ts'
import { PORTAL_ID } from './canary-crms.ts'

const WHO = 'jo.canary1q@x.example'

/** Bad callbacks, forged and hostile webhooks, cards, wrong addresses. @returns the secrets that were sent along */
export async function knockAsStranger(url: string): Promise<readonly string[]> {
  const known: string[] = []
  for (const crm of ['hubspot', 'salesforce']) known.push(...(await comeBackWrongly(url, crm)))
  known.push(...(await sendWebhooks(`${url}/webhooks/hubspot`)))
  await sendWebhooks(`${url}/webhooks/${WHO}`)
  for (const path of [
    `cards/hubspot/contacts/${WHO}`,
    `install/${WHO}`,
    `${WHO}?q=${WHO}`,
    '%E0',
  ]) {
    await fetch(`${url}/${path}`, { headers: { authorization: `Bearer ${WHO}` } })
  }
  return known
}

/** With no state, a wrong one, and the true one beside a code that the CRM does not know. */
async function comeBackWrongly(url: string, crm: string): Promise<readonly string[]> {
  const start = await fetch(`${url}/install/${crm}`, { redirect: 'manual' })
  const state = new URL(start.headers.get('location') ?? '').searchParams.get('state') ?? ''
  const [cookie = ''] = (start.headers.getSetCookie()[0] ?? '').split(';')
  const code = `code-canary1q-${crm}`
  const callback = `${url}/oauth/${crm}/callback`
  for (const query of [{ code }, { code, state: WHO }, { error: 'access_denied', state: WHO }]) {
    await fetch(`${callback}?${new URLSearchParams(query)}`, { headers: { cookie } })
  }
  await fetch(`${callback}?${new URLSearchParams({ code, state })}`, { headers: { cookie } })
  return [state, code, cookie.split('=')[1] ?? '']
}

/** Unsigned, no JSON, too long, packed; and signed, with values where ids and types belong. */
async function sendWebhooks(target: string): Promise<readonly string[]> {
  const timestamp = String(Date.now())
  const about = { portalId: PORTAL_ID, occurredAt: Date.now(), propertyValue: WHO }
  const hostile = [
    { ...about, subscriptionType: 'contact.propertyChange', objectId: WHO, propertyName: WHO },
    { ...about, subscriptionType: `contact.${WHO}`, objectId: 1 },
    { ...about, occurredAt: WHO },
    WHO,
  ]
  const bodies = [JSON.stringify(hostile), `{"email": ${WHO}`, JSON.stringify({ [WHO]: WHO })]
  const sent: string[] = []
  for (const body of bodies) {
    const parts = { method: 'POST', url: target, body, timestamp }
    const signature = signatureOf(parts, SANDBOX_APP.clientSecret)
    sent.push(signature)
    const headers = { 'x-hubspot-request-timestamp': timestamp }
    for (const claimed of [signature, `sig-${WHO}`]) {
      await fetch(target, {
        method: 'POST',
        body,
        headers: { ...headers, 'x-hubspot-signature-v3': claimed },
      })
    }
  }
  await fetch(target, { method: 'POST', body: WHO, headers: { 'content-encoding': 'gzip' } })
  return sent
}
