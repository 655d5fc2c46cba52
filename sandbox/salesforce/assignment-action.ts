import { z } from 'zod'
import { logWrite } from '../common/write-log.ts'
import { ownerByRules } from './assignment.ts'
import { countOwnerChange } from './assignment-counts.ts'
import { type Answer, apiCall, bodyOf, type Endpoint, type SandboxRequest } from './endpoint.ts'
import { to18 } from './ids.ts'
import { changeAlong } from './merge.ts'
import type { Org } from './org.ts'
import { findRecord } from './record-table.ts'
import { transaction } from './store.ts'
import { openContext, type WriteContext } from './writer-context.ts'
import { apiActor, saveOptions } from './writer-headers.ts'
import { type SaveError, saveError } from './writer-result.ts'

const ACTION = 'invocableApplyLeadAssignmentRules'
const LEADS_MAX = 20

const Inputs = z.object({ inputs: z.array(z.looseObject({ leadId: z.string().optional() })) })

function outcome(error?: SaveError): Record<string, unknown> {
  if (!error) return { actionName: ACTION, isSuccess: true }
  return { actionName: ACTION, errors: [error], isSuccess: false, outputValues: null }
}

const UNKNOWN_LEAD = saveError(
  'UNKNOWN_EXCEPTION',
  "Something's not right with one or more the specified LeadIds. Check the IDs and try again.",
)

/** Gives a lead the owner of the active rule. It is saved even where that is the owner it has. */
function assign(context: WriteContext, leadId: string | undefined): Record<string, unknown> {
  const { org, rules } = context
  if (leadId === undefined)
    return outcome(saveError('INVALID_API_INPUT', 'Missing required input parameter: leadId'))
  const lead = findRecord(org.store, 'Lead', to18(leadId) ?? '')
  if (!lead || lead.isDeleted || lead.fields['IsConverted'] === true) return outcome(UNKNOWN_LEAD)
  const owner = ownerByRules(org.store, rules, lead.fields)
  const isOther = owner !== undefined && owner !== lead.fields['OwnerId']
  if (isOther) countOwnerChange(org.store, 'byAction')
  changeAlong(context, lead, isOther ? { OwnerId: owner } : {})
  const values = owner === undefined ? {} : { OwnerId: owner }
  const { type, id } = lead
  logWrite(org.store, {
    type,
    id,
    values,
    changed: isOther ? ['OwnerId'] : [],
    at: org.clock.now(),
  })
  return outcome()
}

function apply(org: Org, request: SandboxRequest): Answer {
  const { inputs } = bodyOf(request, Inputs)
  if (inputs.length > LEADS_MAX) {
    const message = `The action can process up to ${LEADS_MAX} leads at a time`
    return { status: 400, body: [outcome(saveError('LIMIT_EXCEEDED', message))] }
  }
  const results = transaction(org.store, () => {
    const context = openContext(org, apiActor(request), saveOptions(request), inputs.length)
    const done = inputs.map(({ leadId }) => assign(context, leadId))
    context.tellAll()
    return done
  })
  const written = results.filter(({ isSuccess }) => isSuccess === true).length
  return { status: written < results.length ? 400 : 200, body: results, written }
}

/** Runs the lead assignment rules on leads that a caller names. */
export function ruleEndpoints(org: Org): Endpoint[] {
  return [apiCall('post', `/actions/standard/${ACTION}`, (request) => apply(org, request))]
}
