import { expect, test } from 'vitest'
import type { EventFeed, FeedPage } from '../../connectors/notice.ts'
import type { Harness } from './harness.ts'

/** Everything that is told behind a position. */
async function drain(feed: EventFeed, from: string | null): Promise<FeedPage[]> {
  const pages = [await feed.read(from)]
  while (pages.at(-1)?.more) pages.push(await feed.read(pages.at(-1)?.position ?? null))
  return pages
}

const keysOf = (pages: readonly FeedPage[]) =>
  pages.flatMap(({ notices }) => notices.map(({ key }) => key))

/** What every connector must hold to whose accounts tell by themselves what has changed. */
export function describeEvents(harness: () => Harness): void {
  const feedOf = () => {
    const { events } = harness().connection
    if (!events) throw new Error('this CRM has no events of an account')
    return events
  }
  const change = (name: string) =>
    harness().rename({ kind: 'person', id: harness().people[0] ?? '' }, name, harness().changedTo)

  test('a change is told once behind a position, the same way each time it is asked for', async () => {
    await change('Eva')
    const before = await drain(feedOf(), null)
    const position = before.at(-1)?.position ?? null
    expect(position).not.toBeNull()
    await change('Evelyn')
    const after = await drain(feedOf(), position)
    const [id = ''] = harness().people
    const stream = harness().connector.streamOf({ kind: 'person', id })
    const told = after.flatMap(({ notices }) => notices.map(({ about }) => about))
    expect(told).toEqual([{ what: 'record', stream, id }])
    expect(keysOf(await drain(feedOf(), position))).toEqual(keysOf(after))
    expect(keysOf(await drain(feedOf(), after.at(-1)?.position ?? null))).toEqual([])
  })

  test('our own writes are told as such', async () => {
    const before = await drain(feedOf(), null)
    const [id = ''] = harness().people
    await harness().connection.push([
      { subject: { kind: 'person', id }, values: { plumbline_score: '77' } },
    ])
    const after = await drain(feedOf(), before.at(-1)?.position ?? null)
    const told = after.flatMap(({ notices }) => notices.map(({ about }) => about.what))
    expect(told).toEqual(['echo'])
  })
}
