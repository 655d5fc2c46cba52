import { hubspot } from '@hubspot/ui-extensions'
import { HOST } from './host.ts'
import { ScoreCard } from './score-card.tsx'

// HubSpot's way to start a card: importing this file is what shows it.
hubspot.extend<'crm.record.sidebar'>(({ context }) => (
  <ScoreCard fetch={hubspot.fetch} host={HOST} record={context.crm} size="short" />
))
