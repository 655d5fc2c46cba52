import { z } from 'zod'
import { CrmRejected } from '../../src/errors.ts'
import { CRM } from './api-version.ts'
import { recordErrors, type SalesforceProblem, SalesforceRejected } from './errors.ts'
import type { Org } from './org.ts'
import { ErrorItems } from './schema.ts'

/** The package brings one of this name, too. */
const PERMISSION_SET = { Name: 'Plumbline_Integration', Label: 'Plumbline Integration' } as const

/** A field by the names of the org. */
export interface FieldName {
  readonly sObject: string
  readonly apiName: string
}

/**
 * Lets the user we act as see and edit fields: a new field is hidden from everybody, whoever made it.
 * @throws CrmRejected when that user may not grant it, with the remedy
 */
export async function grantFields(org: Org, fields: readonly FieldName[]): Promise<void> {
  try {
    const setId = await permissionSet(org)
    await grant(org, setId, fields)
    await assign(org, setId)
  } catch (error) {
    if (error instanceof SalesforceRejected) throw refusal(error.message)
    throw error
  }
}

function refusal(said: string): CrmRejected {
  return new CrmRejected(
    CRM,
    403,
    `Plumbline may not make its fields visible to itself (${said}). In Setup, Permission Sets, assign ` +
      `"${PERMISSION_SET.Label}" to the connected user, or give that user "Manage Profiles and Permission Sets"`,
  )
}

const Sets = z.object({
  records: z.array(z.object({ Id: z.string(), NamespacePrefix: z.string().nullish() })),
})
const Created = z.object({ id: z.string() })

/** Ours, found or made. One of a managed package cannot be extended. */
async function permissionSet(org: Org): Promise<string> {
  const found = await findSet(org)
  if (found !== undefined) return found
  const path = '/sobjects/PermissionSet'
  try {
    const call = { method: 'POST', path, body: PERMISSION_SET, answer: Created } as const
    return (await org.client.call(call)).id
  } catch (error) {
    if (!isThereBy(error)) throw error
    // Another process made it meanwhile, or an answer was lost.
    const theirs = await findSet(org)
    if (theirs === undefined) throw error
    return theirs
  }
}

async function findSet({ client }: Org): Promise<string | undefined> {
  const q = `SELECT Id, NamespacePrefix FROM PermissionSet WHERE Name = '${PERMISSION_SET.Name}'`
  const call = { method: 'GET', path: '/query', query: { q }, answer: Sets } as const
  const { records } = await client.call(call)
  return records.find(({ NamespacePrefix }) => !NamespacePrefix)?.Id
}

const Saved = z.array(z.object({ success: z.boolean(), errors: ErrorItems.nullish() }))

async function grant({ client }: Org, setId: string, fields: readonly FieldName[]): Promise<void> {
  const records = fields.map(({ sObject, apiName }) => ({
    attributes: { type: 'FieldPermissions' },
    ParentId: setId,
    SobjectType: sObject,
    Field: `${sObject}.${apiName}`,
    PermissionsRead: true,
    PermissionsEdit: true,
  }))
  const saved = await client.call({
    method: 'POST',
    path: '/composite/sobjects',
    body: { allOrNone: false, records },
    answer: Saved,
  })
  const problems = saved.flatMap(({ success, errors }) =>
    success ? [] : recordErrors(errors ?? []),
  )
  const refused = problems.find((problem) => !isThereAlready(problem))
  if (refused) throw refusal(`${refused.code}: ${refused.message}`)
}

async function assign({ client }: Org, setId: string): Promise<void> {
  const { userId } = await client.home()
  const body = { PermissionSetId: setId, AssigneeId: userId }
  try {
    await client.call({
      method: 'POST',
      path: '/sobjects/PermissionSetAssignment',
      body,
      answer: Created,
    })
  } catch (error) {
    if (!isThereBy(error)) throw error
  }
}

function isThereBy(error: unknown): boolean {
  return error instanceof SalesforceRejected && error.problems.some(isThereAlready)
}

function isThereAlready({ code }: SalesforceProblem): boolean {
  return code === 'DUPLICATE_VALUE' || code === 'DUPLICATE_DEVELOPER_NAME'
}
