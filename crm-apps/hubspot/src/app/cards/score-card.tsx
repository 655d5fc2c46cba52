import { Button, EmptyState, ErrorState, LoadingSpinner, Text } from '@hubspot/ui-extensions'
import { useCallback, useEffect, useState } from 'react'
import { AccountDetails } from './account-details.tsx'
import type { CardView, QuietCard } from './card-view.ts'
import { type CardState, type CrmRecord, type Fetch, loadCard } from './load-card.ts'
import { PersonDetails } from './person-details.tsx'
import type { Size } from './sections.tsx'

/** The card on one record. `short` is for the sidebar. */
export function ScoreCard({ fetch, host, record, size }: ScoreCardProps) {
  const { objectTypeId, objectId } = record
  const [state, setState] = useState<CardState>({ state: 'loading' })
  const [attempt, setAttempt] = useState(0)
  useEffect(() => {
    let isCurrent = true
    setState({ state: 'loading' })
    void loadCard(fetch, host, { objectTypeId, objectId }).then((loaded) => {
      // Somebody may have gone on to the next record meanwhile.
      if (isCurrent) setState(loaded)
    })
    return () => {
      isCurrent = false
    }
  }, [fetch, host, objectTypeId, objectId, attempt])
  const retry = useCallback(() => setAttempt((before) => before + 1), [])
  if (state.state === 'loading')
    return <LoadingSpinner label="Loading the score" layout="centered" />
  if (state.state === 'failed') return <Failed text={state.text} retry={retry} />
  return <View view={state} size={size} retry={retry} />
}

export interface ScoreCardProps {
  readonly fetch: Fetch
  readonly host: string
  readonly record: CrmRecord
  readonly size: Size
}

function View({ view, size, retry }: { view: CardView; size: Size; retry: () => void }) {
  if (view.state !== 'scored') return <Quiet view={view} retry={retry} />
  if (view.kind === 'person') return <PersonDetails view={view} size={size} />
  return <AccountDetails view={view} size={size} />
}

const TITLES: Readonly<Record<QuietCard['state'], string>> = {
  unknown: 'Not read yet',
  not_scored: 'No score yet',
  disconnected: 'Plumbline is not connected',
}

function Quiet({ view, retry }: { view: QuietCard; retry: () => void }) {
  return (
    <EmptyState title={TITLES[view.state]} layout="vertical" imageWidth={140}>
      <Text>{view.text}</Text>
      {view.state === 'disconnected' ? null : <Button onClick={retry}>Look again</Button>}
    </EmptyState>
  )
}

function Failed({ text, retry }: { text: string; retry: () => void }) {
  return (
    <ErrorState title="The score cannot be shown">
      <Text>{text}</Text>
      <Button onClick={retry}>Try again</Button>
    </ErrorState>
  )
}
