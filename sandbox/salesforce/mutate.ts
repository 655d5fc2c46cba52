import { z } from 'zod'
import { convertLead } from './conversion.ts'
import { type Answer, bodyOf, type SandboxRequest } from './endpoint.ts'
import { ApiError, notFound } from './errors.ts'
import { to18 } from './ids.ts'
import { mergeRecords } from './merge.ts'
import type { Org } from './org.ts'
import { S_OBJECT_TYPES } from './record.ts'
import { findRecord } from './record-table.ts'
import { ADMIN_USER_ID } from './users.ts'
import { save } from './writer.ts'
import type { Actor, SaveOptions } from './writer-context.ts'
import { deleteAll, purge, undelete } from './writer-delete.ts'
import type { SaveError } from './writer-result.ts'

const id = z.string().transform((text, context) => {
  const whole = to18(text)
  if (whole) return whole
  context.addIssue({ code: 'custom', message: `"${text}" is no id` })
  return z.NEVER
})
const fields = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
const type = z.enum(S_OBJECT_TYPES)
const when = {
  /** Stamps the change with another time than now. */
  at: z.number().optional(),
  /** The transaction commits so much later than now: until then no query sees it. */
  commitAfterMs: z.number().nonnegative().optional(),
  /** Who does it, in the browser; the administrator where left out. */
  user: id.optional(),
}

const Mutation = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('insert'), type, fields, ...when }),
  z.strictObject({ op: z.literal('update'), type, id, fields, ...when }),
  z.strictObject({ op: z.literal('delete'), type, id, ...when }),
  z.strictObject({ op: z.literal('undelete'), type, id, ...when }),
  z.strictObject({ op: z.literal('purge'), type, id, ...when }),
  z.strictObject({
    op: z.literal('merge'),
    type: z.enum(['Lead', 'Contact', 'Account']),
    id,
    loserId: id,
    ...when,
  }),
  z.strictObject({
    op: z.literal('convert'),
    type: z.literal('Lead').default('Lead'),
    id,
    accountId: id.optional(),
    contactId: id.optional(),
    opportunityName: z.string().optional(),
    ...when,
  }),
])
type Mutation = z.infer<typeof Mutation>

/** What went wrong, or the id of what was changed. */
type Outcome = { readonly id?: string | undefined; readonly errors: readonly SaveError[] }

/** Empties the recycle bin of a record; one that is not in it goes there first. */
function purgeWhole(
  org: Org,
  actor: Actor,
  target: Mutation & { op: 'purge' },
  options: SaveOptions,
) {
  const record = findRecord(org.store, target.type, target.id)
  if (!record) throw notFound(`${target.type} ${target.id} does not exist`)
  if (!record.isDeleted) deleteAll(org, actor, [target.id], options)
  purge(org, target.type, target.id)
  return { id: target.id, errors: [] }
}

function convert(
  org: Org,
  actor: Actor,
  { id: leadId, accountId, contactId, opportunityName }: Mutation & { op: 'convert' },
  options: SaveOptions,
): Outcome & Readonly<Record<string, unknown>> {
  const wanted = {
    leadId,
    ...(accountId !== undefined && { accountId }),
    ...(contactId !== undefined && { contactId }),
    ...(opportunityName !== undefined && { opportunityName }),
  }
  const converted = convertLead(org, actor, wanted, options)
  return 'errors' in converted ? converted : { ...converted, id: leadId, errors: [] }
}

function apply(org: Org, actor: Actor, mutation: Mutation, options: SaveOptions): Outcome {
  switch (mutation.op) {
    case 'insert':
    case 'update':
      return save(org, actor, mutation, options)
    case 'delete': {
      const [result] = deleteAll(org, actor, [mutation.id], options)
      return result ?? { errors: [] }
    }
    case 'undelete':
      return undelete(org, actor, mutation, options)
    case 'purge':
      return purgeWhole(org, actor, mutation, options)
    case 'merge': {
      const { type: mergeable, id: winnerId, loserId } = mutation
      return mergeRecords(org, actor, { type: mergeable, winnerId, loserId }, options)
    }
    case 'convert':
      return convert(org, actor, mutation, options)
  }
}

/** What somebody does in the browser, where no rule of the API holds. */
export function mutate(org: Org, request: SandboxRequest): Answer {
  const mutation = bodyOf(request, Mutation)
  const { at, commitAfterMs, user } = mutation
  const actor: Actor = { userId: user ?? ADMIN_USER_ID, isApi: false }
  const outcome = apply(org, actor, mutation, {
    autoAssign: false,
    allowSave: true,
    ...(at !== undefined && { at }),
    ...(commitAfterMs !== undefined && { visibleAt: request.now + commitAfterMs }),
  })
  const { errors, ...body } = outcome
  if (errors.length === 0) return { status: 200, body }
  throw new ApiError(
    400,
    errors.map(({ statusCode, message }) => ({ errorCode: statusCode, message })),
  )
}
