import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fillPortal } from '../../sandbox/hubspot/portal.ts'
import type { PortalRecord } from '../../sandbox/hubspot/record.ts'
import { startHubspotSandbox } from '../../sandbox/hubspot/server.ts'
import { generateMarket } from '../../sandbox/market/generate.ts'
import { insertRecord } from '../../sandbox/salesforce/record-table.ts'
import { SANDBOX_APP } from '../../src/cli/demo/sandbox-process.ts'
import { contact, record } from '../connectors/salesforce/org-records.ts'
import { openTestOrg } from '../helpers/salesforce-org.ts'

/** What betrays a value of somebody's, whole or in part. */
export const CANARY = /canary\w*q|\+9977\d{5}/i

export const PORTAL_ID = 4711
const LEADS = 25

const TEXTS = [
  ...['firstname', 'lastname', 'company', 'jobtitle', 'city', 'name', 'description', 'dealname'],
  ...['hs_email_subject', 'hs_communication_body', 'hs_meeting_title', 'hs_task_subject'],
  ...['hs_note_body', 'first_conversion_event_name', 'recent_conversion_event_name'],
]

/** A market whose every name, address, number, title and text says whose it is. */
function* canaryMarket(people: number): Generator<PortalRecord> {
  for (const each of generateMarket({ people, seed: 5, now: Date.now() })) {
    const marked = Object.entries(each.properties).map(([name, value]) => [
      name,
      markedValue(name, value, each.id),
    ])
    yield { ...each, properties: Object.fromEntries(marked) }
  }
}

function markedValue(name: string, value: string, id: string): string {
  if (name === 'phone') return `+9977${id.slice(-5)}`
  if (name === 'domain') return `canary${id}q.${value}`
  if (name === 'email') return value.replace('@', `.canary${id}q@canary.`)
  if (name === 'hs_analytics_last_url') return `${value}?email=canary${id}q`
  return TEXTS.includes(name) ? `${value} Canary${id}q` : value
}

export interface CanaryCrm {
  readonly crm: 'hubspot' | 'salesforce'
  /** The environment of a Plumbline whose app is known there. */
  readonly environment: Readonly<Record<string, string>>
  faults(...list: readonly object[]): Promise<unknown>
  /** Gives people another title, so that they are read, scored and written again. */
  retitle(ids: readonly string[], title: string): Promise<void>
  close(): Promise<void>
}

export async function openCanaryPortal(people: number): Promise<CanaryCrm> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'plumbline-canaries-'))
  const file = path.join(folder, 'portal.sqlite')
  await fillPortal(file, PORTAL_ID, canaryMarket(people), () => {})
  const app = { ...SANDBOX_APP, limits: 'off' } as const
  const sandbox = await startHubspotSandbox({ file, portalId: PORTAL_ID, ...app })
  const pull = async (lever: string, body: object) => {
    const answer = await fetch(`${sandbox.url}/${lever}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${lever}: ${await answer.text()}`)
  }
  return {
    crm: 'hubspot',
    environment: {
      HUBSPOT_CLIENT_ID: SANDBOX_APP.clientId,
      HUBSPOT_CLIENT_SECRET: SANDBOX_APP.clientSecret,
      HUBSPOT_API_URL: sandbox.url,
      HUBSPOT_AUTHORIZE_URL: `${sandbox.url}/oauth/authorize`,
    },
    faults: (...faults) => pull('__faults', { faults }),
    async retitle(ids, jobtitle) {
      for (const id of ids) {
        await pull('__mutate', { op: 'update', type: 'contacts', id, properties: { jobtitle } })
      }
    },
    async close() {
      await sandbox.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export async function openCanaryOrg(): Promise<CanaryCrm> {
  const org = await openTestOrg((store, now) => {
    const times = { createdAt: now - 86_400_000, modifiedAt: now - 3_600_000 }
    for (let n = 1; n <= LEADS; n += 1) {
      const name = `Canary${n}q`
      const texts = {
        FirstName: `${name} F`,
        LastName: `${name} L`,
        Email: `canary${n}q@x.example`,
      }
      const more = { Phone: `+9977${10_000 + n}`, Title: `VP Marketing ${name}` }
      const company = { Company: `${name} Inc.`, Status: 'Open - Not Contacted' }
      const fields = { ...texts, ...more, ...company, IsConverted: false }
      insertRecord(store, record('Lead', n, fields, times))
      insertRecord(store, contact(n, { ...texts, ...more, Email: `canary${n}cq@x.example` }, times))
    }
  })
  return {
    crm: 'salesforce',
    environment: {
      SALESFORCE_CLIENT_ID: org.app.clientId,
      SALESFORCE_CLIENT_SECRET: org.app.clientSecret,
      SALESFORCE_LOGIN_URL: org.app.loginUrl,
      SALESFORCE_PUBSUB_ENDPOINT: '127.0.0.1:9',
    },
    faults: (...faults) => org.lever('__faults', { faults }),
    async retitle(ids, Title) {
      for (const id of ids) {
        const type = id.startsWith('00Q') ? 'Lead' : 'Contact'
        await org.mutate({ op: 'update', type, id, fields: { Title } })
      }
    },
    close: org.close,
  }
}
