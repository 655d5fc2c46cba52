import { createHmac } from 'node:crypto'

/** Where and how a look-alike sender addresses its webhooks. */
export interface Target {
  /** Where the bytes go. */
  readonly url: string
  readonly clientSecret: string
}

/** A request as HubSpot signs it (version 3): method, address, body and moment, in this order. */
export function signedHeaders({ url, clientSecret }: Target, body: Buffer): Record<string, string> {
  const timestamp = String(Date.now())
  const signature = createHmac('sha256', clientSecret)
    .update(`POST${url}`)
    .update(body)
    .update(timestamp)
    .digest('base64')
  return {
    'content-type': 'application/json',
    'content-length': String(body.length),
    'x-hubspot-signature-v3': signature,
    'x-hubspot-request-timestamp': timestamp,
  }
}

/** News of one contact's job title; `eventId` tells it from all other events. */
export function changedTitle(portalId: number, objectId: number, eventId: number) {
  return {
    eventId,
    subscriptionId: 1,
    portalId,
    appId: 1,
    occurredAt: Date.now(),
    subscriptionType: 'object.propertyChange',
    objectTypeId: '0-1',
    propertyName: 'jobtitle',
    propertyValue: 'Vice President of Operations',
    attemptNumber: 0,
    objectId,
    changeSource: 'CRM_UI',
    sourceId: 'userId:1',
  }
}
