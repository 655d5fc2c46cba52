import type { SubjectKind } from '../../leads/facts.ts'
import { cardCompany, cardInstallation, cardPerson } from '../../store/card-view.ts'
import type { HttpContext } from '../context.ts'
import { accountCard, DISCONNECTED, personCard, UNKNOWN } from './cards.ts'
import type { FindOutlook } from './outlooks.ts'
import type { CardView } from './view.ts'

/** Which record of which account somebody looks at. */
export interface CardRequest {
  readonly crm: string
  readonly accountId: string
  readonly kind: SubjectKind
  readonly id: string
}

/** Everything a card shows. A record that belongs to another account is as unknown as one that does not exist. */
export async function loadCard(
  { db, dbOf }: Pick<HttpContext, 'db' | 'dbOf'>,
  outlookOf: FindOutlook,
  { crm, accountId, kind, id }: CardRequest,
  now: Date,
): Promise<CardView> {
  const installation = await cardInstallation(db, crm, accountId)
  if (!installation || installation.status === 'disconnected') return DISCONNECTED
  const look = kind === 'person' ? cardPerson : cardCompany
  const record = await look(dbOf(installation.id), installation.id, id, now)
  if (!record) return UNKNOWN
  const model = record.result?.model
  const outlook = model === undefined ? null : await outlookOf(installation.id, model)
  const circumstances = { installation, askedFor: id, outlook, now }
  return 'others' in record ? personCard(record, circumstances) : accountCard(record, circumstances)
}
