import { createRenderer, type RenderedChildNode } from '@hubspot/ui-extensions/testing'
import { createElement } from 'react'
import type { CardState, Fetch } from '../../crm-apps/hubspot/src/app/cards/load-card.ts'
import { ScoreCard } from '../../crm-apps/hubspot/src/app/cards/score-card.tsx'
import type { Size } from '../../crm-apps/hubspot/src/app/cards/sections.tsx'
import { cardSamples } from '../../tools/card-samples.ts'

/** One of the states that are also photographed. */
export function sample(name: string): CardState {
  const found = cardSamples().find((each) => each.name === name)
  if (!found) throw new Error(`there is no sample ${name}`)
  return found.state
}

interface Shown {
  /** Everything that can be read, part by part. */
  texts(): readonly string[]
  names(): readonly string[]
  press(label: string): void
  until(check: () => boolean): Promise<void>
}

/** The card in HubSpot's own test renderer, as soon as it has stopped loading. */
export async function show(
  fetch: Fetch,
  size: Size = 'full',
  objectTypeId = '0-1',
): Promise<Shown> {
  const shown = showing(fetch, size, objectTypeId)
  await shown.until(() => !shown.names().includes('LoadingSpinner'))
  return shown
}

/** The same while it may still be loading. */
export function showing(fetch: Fetch, size: Size = 'full', objectTypeId = '0-1'): Shown {
  const { render, getRootNode, waitFor } = createRenderer('crm.record.tab')
  const record = { objectTypeId, objectId: 51 }
  render(createElement(ScoreCard, { fetch, host: 'https://plumbline.example.com', record, size }))
  const all = () => getRootNode().childNodes.flatMap(withDescendants)
  return {
    texts: () => all().flatMap(readable),
    names: () => all().flatMap((node) => ('name' in node ? [node.name] : [])),
    press(label) {
      const button = all().find((node) => 'name' in node && node.text === label)
      if (!button || !('trigger' in button)) throw new Error(`there is no button ${label}`)
      button.trigger('onClick')
    },
    until: (check) =>
      waitFor(() => {
        if (!check()) throw new Error('not yet')
      }),
  }
}

/** Our server's answer. */
export function answering(state: CardState, status = 200): Fetch {
  return async () => Response.json(state, { status })
}

function withDescendants(node: RenderedChildNode): RenderedChildNode[] {
  return 'childNodes' in node ? [node, ...node.childNodes.flatMap(withDescendants)] : [node]
}

function readable(node: RenderedChildNode): string[] {
  if (!('props' in node)) return [node.text]
  const { title, score, label } = node.props
  return [title, score, label].filter((each) => each !== undefined).map(String)
}
