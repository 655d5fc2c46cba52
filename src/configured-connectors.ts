import { readFile } from 'node:fs/promises'
import type { Config } from '../config/env.ts'
import type { Connector } from '../connectors/connector.ts'
import { createRegistry } from '../connectors/registry.ts'
import { UserError } from './errors.ts'

/** The CRMs whose app is configured, by name. */
export async function createConnectors(config: Config): Promise<ReadonlyMap<string, Connector>> {
  const { hubspot, salesforce, publicUrl } = config
  const connectors: Connector[] = []
  // Loaded only where it is used: each brings its CRM's client, of which one takes 0.2 s.
  if (hubspot) {
    const { createHubspotConnector } = await import('../connectors/hubspot/index.ts')
    const redirectUrl = `${publicUrl}/oauth/hubspot/callback`
    const webhookUrl = `${publicUrl}/webhooks/hubspot`
    connectors.push(createHubspotConnector({ ...hubspot, redirectUrl, webhookUrl }))
  }
  if (salesforce) {
    const { createSalesforceConnector } = await import('../connectors/salesforce/index.ts')
    const redirectUrl = `${publicUrl}/oauth/salesforce/callback`
    const { pubSubCertificate: file, ...app } = salesforce
    const trusted = file === undefined ? {} : { pubSubCertificate: await readCertificate(file) }
    connectors.push(createSalesforceConnector({ ...app, ...trusted, redirectUrl }))
  }
  return createRegistry(connectors)
}

function readCertificate(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UserError(
      `Cannot read the certificate ${file}; check SALESFORCE_PUBSUB_CERTIFICATE`,
      { cause },
    )
  })
}
