import { Router } from 'express'
import type { Connector } from '../../connectors/connector.ts'
import type { WebhookRequest } from '../../connectors/notice.ts'
import { NotGenuine } from '../errors.ts'
import type { SubjectKind } from '../leads/facts.ts'
import { UNKNOWN } from './card/cards.ts'
import { loadCard } from './card/load.ts'
import { createOutlooks } from './card/outlooks.ts'
import type { CardView } from './card/view.ts'
import type { HttpContext } from './context.ts'
import { signedRequest } from './signed-request.ts'

/** Longer ids no CRM has. */
const LONGEST_ID = 64

/**
 * What the card on a CRM's record shows. The CRM signs the request for its user; the account that the signature
 * speaks for decides whose records there are. Nothing is kept or logged of it.
 */
export function cardRoutes(context: HttpContext): Router {
  const router = Router()
  const outlookOf = createOutlooks(context.dbOf)
  router.get('/cards/:crm/:objectType/:id', async (request, response) => {
    const answer = (status: number, body: CardView | Refusal) => {
      response.status(status).type('json')
      // Not `json`, which tags the answer and lets it be answered with 304 from then on.
      response.end(JSON.stringify(body))
    }
    const { crm, objectType, id } = request.params
    const connector = context.connectors.get(crm)
    if (!connector) return answer(404, UNKNOWN)
    const now = context.clock.now()
    const account = genuineAccount(connector, signedRequest(request, context.publicUrl), now)
    if (account === null) return answer(401, { state: 'refused' })
    const kind = kindOf(connector, objectType)
    if (!kind || id.length > LONGEST_ID) return answer(404, UNKNOWN)
    try {
      const card = await loadCard(context, outlookOf, { crm, accountId: account, kind, id }, now)
      answer(card.state === 'unknown' ? 404 : 200, card)
    } catch (error) {
      context.log.warn({ crm, kind, error }, 'a card could not be shown')
      answer(503, { state: 'failed' })
    }
  })
  return router
}

interface Refusal {
  readonly state: 'refused' | 'failed'
}

function genuineAccount(connector: Connector, request: WebhookRequest, now: Date): string | null {
  try {
    return connector.verify(request, now).accountId
  } catch (error) {
    if (error instanceof NotGenuine) return null
    throw error
  }
}

function kindOf({ subjectStreams }: Connector, objectType: string): SubjectKind | null {
  if (subjectStreams.person.includes(objectType)) return 'person'
  return subjectStreams.company.includes(objectType) ? 'company' : null
}
