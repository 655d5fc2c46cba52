import { NotGenuine } from '../../src/errors.ts'
import type { Received, WebhookRequest } from '../connector.ts'

/** Reads a webhook. @throws NotGenuine when it does not come from HubSpot */
export function receive(_request: WebhookRequest, _now: Date): Received {
  throw new NotGenuine('webhooks are not read yet')
}

/** Whose account a signed request speaks for. @throws NotGenuine when it does not come from HubSpot */
export function verify(_request: WebhookRequest, _now: Date): { readonly accountId: string } {
  throw new NotGenuine('signed requests are not read yet')
}
