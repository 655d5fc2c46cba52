import type { PortalRecord } from '../hubspot/record.ts'
import type { Fields } from './csv-fields.ts'
import type { Outcome } from './csv-values.ts'
import { dealStage } from './csv-words.ts'
import type { IdSource } from './ids.ts'
import { iso } from './times.ts'

export interface DealOwner {
  readonly contactId?: string | undefined
  readonly companyId?: string | undefined
  readonly createdAt: number
}

/** A people file's "Converted" as a deal won or lost; undefined where the row says neither. */
export function closedDeal(
  fields: Fields,
  owner: DealOwner,
  ids: IdSource,
): PortalRecord | undefined {
  const outcome = fields.outcome('outcome')
  return outcome === undefined
    ? undefined
    : dealRecord(fields, owner, outcome, `closed${outcome}`, ids)
}

/** A row of a deals file. Its stage decides whether it is won, lost or open; without one, its outcome. */
export function dealFromRow(fields: Fields, owner: DealOwner, ids: IdSource): PortalRecord {
  const text = fields.text('stage')
  const stage = text === undefined ? undefined : dealStage(text)
  if (text !== undefined && stage === undefined) {
    fields.note('deal stage not understood: the outcome decides, or the deal is open', text)
  }
  const outcome = stage === undefined ? fields.outcome('outcome') : outcomeOf(stage)
  const reached = outcome === undefined ? (stage ?? 'qualifiedtobuy') : `closed${outcome}`
  return dealRecord(fields, owner, outcome, reached, ids)
}

function outcomeOf(stage: string): Outcome | undefined {
  if (stage === 'closedwon') return 'won'
  return stage === 'closedlost' ? 'lost' : undefined
}

function dealRecord(
  fields: Fields,
  owner: DealOwner,
  outcome: Outcome | undefined,
  stage: string,
  ids: IdSource,
): PortalRecord {
  const id = ids.next('deals')
  const amount = fields.amount('amount')
  const closedAt = Math.max(owner.createdAt, fields.moment('closedAt') ?? owner.createdAt)
  return {
    type: 'deals',
    id,
    properties: {
      dealname: fields.text('dealName') ?? `Deal ${id}`,
      pipeline: 'default',
      dealstage: stage,
      ...(amount !== undefined && { amount: String(amount) }),
      ...(outcome !== undefined && { closedate: iso(closedAt) }),
      hs_is_closed: String(outcome !== undefined),
      hs_is_closed_won: String(outcome === 'won'),
    },
    associations: parties(owner),
    createdAt: owner.createdAt,
    updatedAt: outcome === undefined ? owner.createdAt : closedAt,
  }
}

function parties({ contactId, companyId }: DealOwner): PortalRecord['associations'] & {} {
  return [
    ...(contactId === undefined ? [] : [{ type: 'contacts' as const, id: contactId }]),
    ...(companyId === undefined
      ? []
      : [{ type: 'companies' as const, id: companyId, primary: true }]),
  ]
}
