import { sql } from 'kysely'
import { crmOf, type Fault } from '../fault.ts'
import type { LiveStage } from '../stage.ts'
import { untilStopped } from './until-stopped.ts'

/** HubSpot's webhooks go wrong on their way. */
function delivery(name: string, chaos: object): Fault {
  return {
    name,
    kind: 'webhook',
    start: (stage) => crmOf(stage, 'hubspot').webhookFaults.set(name, [chaos]),
    stop: (stage) => crmOf(stage, 'hubspot').webhookFaults.clear(name),
  }
}

/** Nothing is told any more, in neither CRM: the readings find it. */
const dropped: Fault = {
  name: 'webhooks-dropped',
  kind: 'webhook',
  async start(stage) {
    await crmOf(stage, 'hubspot').webhookFaults.set('webhooks-dropped', [{ drop: 1 }])
    await crmOf(stage, 'salesforce').control('POST', '__events', { drop: 1_000_000 })
  },
  async stop(stage) {
    await crmOf(stage, 'hubspot').webhookFaults.clear('webhooks-dropped')
    await crmOf(stage, 'salesforce').control('POST', '__events', { drop: 0 })
  },
}

const ONCE = () => Promise.resolve()

/** Something that happens to the change events, and is over. */
function events(name: string, start: (stage: LiveStage) => Promise<unknown>): Fault {
  return { name, kind: 'webhook', start: async (stage) => void (await start(stage)), stop: ONCE }
}

const EVENTS: readonly Fault[] = [
  events('events-overflow', (stage) =>
    crmOf(stage, 'salesforce').control('POST', '__events', { gap: 'overflow', entity: 'Lead' }),
  ),
  events('events-disconnected', (stage) =>
    crmOf(stage, 'salesforce').control('POST', '__events', { disconnect: true }),
  ),
  // A position that the org does not know any more, as after three days.
  events('events-expired', (stage) =>
    sql`update event_feed set position = 'AAAAAAAAAAAAAAAB' where installation_id = ${
      crmOf(stage, 'salesforce').installationId
    }`.execute(stage.db),
  ),
]

const GARBAGE = ['', '{', '[]', 'null', '[{"eventId":1}]', '<xml/>', '\u0000'.repeat(2_000)]

/** Whoever has found our address sends forged and garbled requests, until stopped. */
const forged: Fault = {
  name: 'webhooks-forged',
  kind: 'webhook',
  ...untilStopped(({ webUrl }, chance, stopping) =>
    send(webUrl, () => GARBAGE[chance.between(0, GARBAGE.length - 1)] ?? '', stopping),
  ),
}

async function send(webUrl: string, body: () => string, stopping: AbortSignal): Promise<void> {
  const headers = {
    'content-type': 'application/json',
    'X-HubSpot-Signature-v3': 'c29tZXRoaW5nIHRoYXQgaXMgbm8gc2lnbmF0dXJlIQ==',
  }
  while (!stopping.aborted) {
    const stamped = { ...headers, 'X-HubSpot-Request-Timestamp': String(Date.now()) }
    const init = { method: 'POST', headers: stamped, body: body() }
    const answer = await fetch(`${webUrl}/webhooks/hubspot`, init).catch(() => null)
    // The web process may be away; but it must never take one of these.
    if (answer?.ok) throw new Error('a forged webhook was taken for genuine')
    await answer?.arrayBuffer().catch(() => null)
  }
}

/** What goes wrong with what the CRMs tell. */
export const WEBHOOK_FAULTS: readonly Fault[] = [
  delivery('webhooks-duplicated', { duplicate: 1 }),
  delivery('webhooks-disordered', { shuffle: 5_000 }),
  delivery('webhooks-mixed', { mixPortals: true, repeatEventIds: 0.5 }),
  dropped,
  forged,
  ...EVENTS,
]
