import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** The app's developer project, as it would be uploaded. */
const PROJECT = join(import.meta.dirname, '..', '..', 'crm-apps', 'hubspot')
const WEBHOOKS = join(PROJECT, 'src', 'app', 'webhooks', 'webhooks-hsmeta.json')

const entries = z.array(z.unknown()).default([])
const WebhooksFile = z.object({
  config: z.object({
    subscriptions: z.object({
      crmObjects: entries,
      legacyCrmObjects: entries,
      hubEvents: entries,
    }),
  }),
})

/**
 * What the project subscribes the app to, wherever it is installed.
 * @throws Error naming the file when it cannot be understood.
 */
export function projectSubscriptions(): unknown[] {
  try {
    const { config } = WebhooksFile.parse(JSON.parse(readFileSync(WEBHOOKS, 'utf8')))
    return Object.values(config.subscriptions).flat()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${WEBHOOKS} cannot be read as the app's webhooks: ${reason}`, { cause })
  }
}
