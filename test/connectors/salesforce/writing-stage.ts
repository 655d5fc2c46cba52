import { idOf } from '../../../sandbox/salesforce/ids.ts'
import type { NewRecord } from '../../../sandbox/salesforce/record-table.ts'
import { NOW } from './plain-server.ts'
import type { Stage } from './stage.ts'

interface DescribedField {
  readonly name: string
  readonly type: string
  readonly label: string
  readonly updateable: boolean
  readonly restrictedPicklist: boolean
  readonly picklistValues: readonly { readonly value: string; readonly label: string }[]
}

/** Calls the org as the connected user, beside the connector. */
export async function api(
  stage: Stage,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const { accessToken } = await stage.credentials.current()
  const answer = await fetch(`${stage.url}/services/data/v66.0${path}`, {
    method,
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

/** The fields of an object as the connected user sees them. */
export async function describe(stage: Stage, sObject: string): Promise<readonly DescribedField[]> {
  const described = await api(stage, 'GET', `/sobjects/${sObject}/describe`)
  // The sandbox's own answer; a wrong shape makes the expectation fail.
  return (described as { fields: DescribedField[] }).fields
}

/** A value as it stands in the org, whoever may see it. */
export async function stored(stage: Stage, id: string, field: string): Promise<unknown> {
  const type = { '00Q': 'Lead', '003': 'Contact', '001': 'Account' }[id.slice(0, 3)]
  const record = await stage.lever(`/__records?type=${type}&id=${id}`, undefined, 'GET')
  // The sandbox's own record; a wrong shape makes the expectation fail.
  return (record as { fields: Record<string, unknown> }).fields[field]
}

const DAY_MS = 86_400_000

/** The n-th lead, contact or account; contacts are of the account of the same number where there is one. */
export function record(type: Writable, n: number, fields: NewRecord['fields'] = {}): NewRecord {
  const createdAt = NOW.getTime() - 30 * DAY_MS
  return { type, id: idOf(type, n), fields: { ...NEEDED[type](n), ...fields }, createdAt }
}

type Writable = 'Lead' | 'Contact' | 'Account'

const NEEDED: Readonly<Record<Writable, (n: number) => NewRecord['fields']>> = {
  Lead: (n) => ({ LastName: `Lead ${n}`, Company: 'Example', Status: 'Open - Not Contacted' }),
  Contact: (n) => ({ LastName: `Contact ${n}` }),
  Account: (n) => ({ Name: `Account ${n}` }),
}

export function records(type: Writable, count: number): NewRecord[] {
  return Array.from({ length: count }, (_, at) => record(type, at + 1))
}

/** Deletes a field of ours, as an admin may. */
export async function removeField(stage: Stage, sObject: string, name: string): Promise<void> {
  const developerName = name.replace('__c', '')
  const q = `SELECT Id FROM CustomField WHERE TableEnumOrId = '${sObject}' AND DeveloperName = '${developerName}'`
  const found = await api(stage, 'GET', `/tooling/query?q=${encodeURIComponent(q)}`)
  // The sandbox's own answer; a wrong shape makes the expectation fail.
  const [field] = (found as { records: { Id: string }[] }).records
  await api(stage, 'DELETE', `/tooling/sobjects/CustomField/${field?.Id}`)
}

/** Takes our fields from the connected user's sight, as an admin may. */
export async function hideFields(stage: Stage): Promise<void> {
  const q = encodeURIComponent('SELECT Id FROM PermissionSetAssignment')
  const found = await api(stage, 'GET', `/query?q=${q}`)
  // The sandbox's own answer; a wrong shape makes the expectation fail.
  for (const { Id } of (found as { records: { Id: string }[] }).records) {
    await api(stage, 'DELETE', `/sobjects/PermissionSetAssignment/${Id}`)
  }
}
