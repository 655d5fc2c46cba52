import { expect, test } from 'vitest'
import type { Page, Position } from '../../connectors/page.ts'
import type { Harness } from './harness.ts'

type Turn = (position: Position | null) => Promise<Page>

/** All pages from a position on; positions go through JSON, as they do in the store. */
async function pagesFrom(turn: Turn, from: Position | null): Promise<Page[]> {
  const pages = [await turn(from)]
  for (let next = pages[0]?.next; next; next = pages.at(-1)?.next) {
    pages.push(await turn(JSON.parse(JSON.stringify(next))))
  }
  return pages
}

const recordsOf = (pages: readonly Page[]) => ({
  people: pages.flatMap((page) => page.people),
  companies: pages.flatMap((page) => page.companies),
  activities: pages.flatMap((page) => page.activities),
  deals: pages.flatMap((page) => page.deals),
  removed: pages.flatMap((page) => page.removed),
})

/** Longer than any id. */
const UNBOUNDED = 'z'.repeat(100)

/** The order of ranges: shorter before longer, then by character code. */
const isBefore = (a: string, b: string) => a.length < b.length || (a.length === b.length && a < b)

const idsOf = (pages: readonly Page[]) => pages.flatMap((page) => page.people).map(({ id }) => id)

/** What every connector must hold to when it reads. */
export function describeReading(harness: () => Harness): void {
  const streamsOf = () => ({
    full: harness().connector.fullPhases.flat(),
    changes: harness().connector.changePhases.flat(),
  })
  const full = (stream: string) => (position: Position | null) =>
    harness().connection.pullAll(stream, position)
  const changes = (stream: string, since: Date, until: Date) => (position: Position | null) =>
    harness().connection.pullChanges(stream, { since, until }, position)
  const personStreams = () => harness().connector.subjectStreams.person
  /** Where the first of the people are. */
  const everybody = () => streamOf(harness().people[0] ?? '')
  const streamOf = (id: string) => harness().connector.streamOf({ kind: 'person', id })

  test('people come in the last phase, when everything about them is here', () => {
    expect(harness().connector.fullPhases.at(-1)).toEqual(personStreams())
    expect(harness().connector.changePhases.at(-1)).toEqual(personStreams())
  })

  test('a record is in one of the streams of its kind', () => {
    const [person = ''] = harness().people
    const [company = ''] = harness().companies
    const { connector } = harness()
    expect(personStreams()).toContain(connector.streamOf({ kind: 'person', id: person }))
    const ofCompany = connector.streamOf({ kind: 'company', id: company })
    expect(connector.subjectStreams.company).toContain(ofCompany)
  })

  test('two full readings are the same, and hold every record once', async () => {
    for (const stream of streamsOf().full) {
      const first = recordsOf(await pagesFrom(full(stream), null))
      expect(recordsOf(await pagesFrom(full(stream), null)), stream).toEqual(first)
    }
    const ids: string[] = []
    for (const stream of personStreams()) ids.push(...idsOf(await pagesFrom(full(stream), null)))
    expect(ids.toSorted()).toEqual([...harness().people].toSorted())
  })

  test('a reading that starts at any of its positions gives exactly the rest', async () => {
    const pages = await pagesFrom(full(everybody()), null)
    expect(pages.length).toBeGreaterThan(1)
    for (const [at, page] of pages.slice(0, -1).entries()) {
      const rest = await pagesFrom(full(everybody()), page.next)
      expect(idsOf(rest)).toEqual(idsOf(pages.slice(at + 1)))
    }
  })

  test('what a full reading covers leaves no gap between its pages', async () => {
    for (const stream of personStreams()) {
      const pages = await pagesFrom(full(stream), null)
      const ranges = pages.map((page) => page.covers)
      for (const id of idsOf(pages)) {
        expect(isBefore(ranges[0]?.after ?? '', id)).toBe(true)
        expect(isBefore(ranges.at(-1)?.upTo ?? UNBOUNDED, id)).toBe(false)
      }
      for (const [at, range] of ranges.slice(1).entries()) {
        expect(range?.after).toBe(ranges[at]?.upTo)
      }
    }
  })

  test('the changes of all time are what a full reading gives', async () => {
    const { changedFrom, changedTo } = harness()
    for (const stream of streamsOf().changes) {
      const changed = recordsOf(await pagesFrom(changes(stream, changedFrom, changedTo), null))
      const listed = recordsOf(await pagesFrom(full(stream), null))
      expect(changed.people.map(({ id }) => id).toSorted(), stream).toEqual(
        listed.people.map(({ id }) => id).toSorted(),
      )
      expect(new Set(changed.activities.map(({ sourceId }) => sourceId))).toEqual(
        new Set(listed.activities.map(({ sourceId }) => sourceId)),
      )
    }
  })

  test('the changes of the future are none', async () => {
    const since = new Date(harness().changedTo.getTime() + 86_400_000)
    const until = new Date(since.getTime() + 86_400_000)
    for (const stream of streamsOf().changes) {
      const pages = await pagesFrom(changes(stream, since, until), null)
      expect(pages.map(({ records, next }) => [records, next])).toEqual([[0, null]])
    }
  })

  test('a window of changes replays from each of its positions', async () => {
    const { changedFrom, changedTo } = harness()
    const turn = changes(everybody(), changedFrom, changedTo)
    const pages = await pagesFrom(turn, null)
    expect(pages.length).toBeGreaterThan(1)
    for (const [at, page] of pages.slice(0, -1).entries()) {
      expect(idsOf(await pagesFrom(turn, page.next))).toEqual(idsOf(pages.slice(at + 1)))
    }
  })

  test('an unknown stream and a position of another connector are told apart from an outage', async () => {
    await expect(full('no such stream')(null)).rejects.toMatchObject({ name: 'UserError' })
    const strange = { page: 'of somebody else' }
    await expect(full(everybody())(strange)).rejects.toMatchObject({ name: 'UserError' })
  })

  test('fetching gives records as they are now, each once, however often it is asked for', async () => {
    const [first = ''] = harness().people
    const second = harness().people.find((id) => id !== first && streamOf(id) === everybody()) ?? ''
    const page = await harness().connection.fetch(everybody(), [second, first, second])
    expect(page.people.map(({ id }) => id).toSorted()).toEqual([first, second].toSorted())
    expect(page.next).toBeNull()
  })

  test('fetching more than a call holds gives them all', async () => {
    for (const stream of personStreams()) {
      const there = harness().people.filter((id) => streamOf(id) === stream)
      const page = await harness().connection.fetch(stream, there)
      expect(new Set(page.people.map(({ id }) => id)), stream).toEqual(new Set(there))
    }
  })

  test('fetching somebody who never was says that they are gone', async () => {
    const { nobody } = harness()
    const page = await harness().connection.fetch(streamOf(nobody), [nobody])
    expect(page.people).toEqual([])
    expect(page.removed).toMatchObject([{ kind: 'person', id: nobody }])
  })

  test('the history of a person ends with what is known now', async () => {
    const [id = ''] = harness().people
    const at = new Date(harness().changedTo.getTime() + 1_000)
    await harness().rename({ kind: 'person', id }, 'Historia', at)
    const [history] = await harness().connection.history('person', [id])
    const moments = history?.versions.map(({ knownAt }) => knownAt.getTime()) ?? []
    expect(moments.length).toBeGreaterThan(1)
    expect(moments).toEqual(moments.toSorted((a, b) => a - b))
    expect(history?.versions.at(-1)?.facts).toMatchObject({ first_name: 'Historia' })
    expect(history?.versions.at(-1)?.knownAt).toEqual(at)
    expect(history?.versions[0]?.facts).not.toMatchObject({ first_name: 'Historia' })
  })
}
