import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pino } from 'pino'
import { z } from 'zod'
import {
  SANDBOX_APP,
  type SandboxProcess,
  startSandbox,
} from '../../src/cli/demo/sandbox-process.ts'
import { startPlumbline } from '../../src/main.ts'
import { type Db, inTransaction } from '../../src/store/database.ts'
import { judge } from '../chaos/oracle.ts'
import type { ChaosStage, CrmStage, Verdict } from '../chaos/types.ts'
import { configWith, installIn, untilQuiet } from '../helpers/portal.ts'
import { controlOf } from '../helpers/sandbox-control.ts'

export const PEOPLE = 60
export const CRMS = ['hubspot', 'salesforce'] as const
export type Crm = (typeof CRMS)[number]

/** Somebody in the CRM gets a title that weighs differently, and nobody tells Plumbline. */
export async function retitle({ crm, control }: CrmStage, id: string) {
  const set = async (title: string) => {
    const type = crm === 'hubspot' ? 'contacts' : id.startsWith('00Q') ? 'Lead' : 'Contact'
    const values =
      crm === 'hubspot' ? { properties: { jobtitle: title } } : { fields: { Title: title } }
    await control('POST', '__mutate', { op: 'update', type, id, ...values })
  }
  const former = await titleOf({ crm, control }, id)
  await set(former === 'Marketing Intern' ? 'CEO' : 'Marketing Intern')
  return { undo: () => set(former) }
}

const Contact = z.object({
  results: z.array(z.object({ properties: z.object({ jobtitle: z.string().nullable() }) })),
})
const Person = z.object({ fields: z.object({ Title: z.string().nullish() }) })

async function titleOf({ crm, control }: Pick<CrmStage, 'crm' | 'control'>, id: string) {
  if (crm === 'hubspot') {
    const query = `properties=jobtitle&limit=1&after=${Number(id) - 1}`
    const answer = await control('GET', `__records/contacts?${query}`)
    return Contact.parse(await answer.json()).results[0]?.properties.jobtitle ?? ''
  }
  const type = id.startsWith('00Q') ? 'Lead' : 'Contact'
  const answer = await control('GET', `__records?type=${type}&id=${id}`)
  return Person.parse(await answer.json()).fields.Title ?? ''
}

/** Everybody scored and written once in both CRMs; Plumbline has ended. */
export async function finishedWorld(
  database: { readonly db: Db; readonly url: string },
  directory: string,
  sandboxes: SandboxProcess[],
): Promise<ChaosStage> {
  const since = new Date()
  for (const crm of CRMS) {
    const choice = { crm, people: PEOPLE, seed: 1, csv: [] }
    sandboxes.push(await startSandbox(directory, choice, { onProgress() {}, onNote() {} }))
  }
  const [hubspot = '', salesforce = ''] = sandboxes.map(({ url }) => url)
  const apps = {
    hubspot: { ...SANDBOX_APP, apiUrl: hubspot, authorizeUrl: `${hubspot}/oauth/authorize` },
    salesforce: { ...SANDBOX_APP, loginUrl: salesforce, pubSubEndpoint: '127.0.0.1:9' },
  }
  const config = await configWith(apps, database.url, null)
  const modelFile = path.join(directory, 'steady.yaml')
  const starter = await readFile(config.modelFile, 'utf8')
  await writeFile(modelFile, starter.replace(/^hysteresis: \d+/m, 'hysteresis: 0'))
  const log = pino({ level: 'silent' })
  const plumbline = await startPlumbline({ ...config, modelFile }, log)
  const crms: CrmStage[] = []
  for (const { crm, url } of sandboxes) {
    const { id } = await installIn(plumbline, crm)
    crms.push({ crm, url, installationId: id, control: controlOf(url) })
  }
  for (const { installationId } of crms) await untilQuiet(plumbline, installationId, since)
  await plumbline.close()
  return { databaseUrl: database.url, db: database.db, crms, work: {}, since }
}

/** What a lever answers instead of what it would. */
export type Instead = Readonly<Record<string, (body: unknown) => unknown>>

/** Score, moment and type as a CRM calls them. */
export function fieldsOf(crm: Crm): readonly [string, string, string] {
  return crm === 'hubspot'
    ? ['plumbline_score', 'plumbline_scored_at', 'contacts']
    : ['Plumbline_Score__c', 'Plumbline_Scored_At__c', 'Lead']
}

export function hubspotRecord(id: string, properties: object) {
  const moment = '2026-01-01T00:00:00.000Z'
  return { id, properties, createdAt: moment, updatedAt: moment, archived: false }
}

export function salesforceRecord(id: string, fields: object) {
  return { id, fields, isDeleted: false, createdAt: 0, stampedAt: 0 }
}

export function answering(stage: CrmStage, instead: Instead): CrmStage {
  return {
    ...stage,
    async control(method, lever, body) {
      const known = Object.keys(instead).find((name) => lever.startsWith(name))
      const answer = known === undefined ? undefined : instead[known]
      return answer ? Response.json(answer(body)) : await stage.control(method, lever, body)
    },
  }
}

class RolledBack extends Error {}

/** The verdict on a database that is spoilt for as long as it takes. */
export async function judgeSpoilt(
  stage: ChaosStage,
  spoil: (db: Db) => Promise<unknown>,
): Promise<Verdict> {
  let verdict: Verdict | undefined
  await inTransaction(stage.db, async (db) => {
    await spoil(db)
    verdict = await judge({ ...stage, db })
    throw new RolledBack()
  }).catch((error: unknown) => {
    if (!(error instanceof RolledBack)) throw error
  })
  if (!verdict) throw new Error('nothing was judged')
  return verdict
}
