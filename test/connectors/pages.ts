import type { Connection } from '../../connectors/connector.ts'
import type { ChangeWindow, Page, Position } from '../../connectors/page.ts'

type Turn = (position: Position | null) => Promise<Page>

/** All pages of a stream; positions go through JSON as they do in the store. */
async function pagesOf(turn: Turn): Promise<Page[]> {
  const pages: Page[] = []
  let position: Position | null = null
  do {
    const page: Page = await turn(position)
    pages.push(page)
    position = JSON.parse(JSON.stringify(page.next))
  } while (position !== null)
  return pages
}

export function readAll(connection: Connection, stream: string): Promise<Page[]> {
  return pagesOf((position) => connection.pullAll(stream, position))
}

export function readChanges(
  connection: Connection,
  stream: string,
  window: ChangeWindow,
): Promise<Page[]> {
  return pagesOf((position) => connection.pullChanges(stream, window, position))
}
