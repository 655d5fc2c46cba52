import { CrmUnavailable } from '../../src/errors.ts'
import { exchange, parseJson } from '../http.ts'
import { CRM } from './api-version.ts'
import { JournalFile } from './journal-events.ts'

/** Files hold 5 MB at the most (community); several times that is no file of the journal. */
const MAX_BYTES = 20_000_000

/**
 * The events of one file. It lies with HubSpot's storage: its address is secret and carries its own permission,
 * so our token never goes there.
 * @throws CrmUnavailable when the address is not one to call, or no whole file comes back
 */
export async function readJournalFile(
  apiUrl: string,
  fileUrl: string,
  timeoutMs: number,
): Promise<readonly unknown[]> {
  const url = allowedUrl(apiUrl, fileUrl)
  const answer = await exchange(
    async (signal) => limited(await fetch(url, { signal, redirect: 'error' })),
    { crm: CRM, timeoutMs, asks: { method: 'GET', url: url.href } },
  )
  if (answer.status !== 200) {
    throw new CrmUnavailable(CRM, `The journal's file answered ${answer.status}`)
  }
  const file = JournalFile.safeParse(parseJson(CRM, answer))
  if (file.success) return file.data.journalEvents
  throw new CrmUnavailable(CRM, "The journal's file is not as promised: journalEvents")
}

/** Https anywhere, because where HubSpot keeps the files is not documented; otherwise only the API's own host. */
function allowedUrl(apiUrl: string, fileUrl: string): URL {
  const url = URL.parse(fileUrl, apiUrl)
  const api = new URL(apiUrl)
  const allowed =
    api.protocol === 'https:' ? url?.protocol === 'https:' : url?.origin === api.origin
  if (url && allowed && url.username === '' && url.password === '') return url
  throw new CrmUnavailable(CRM, "The journal's file has an address that is not called")
}

/** The answer, failing as soon as its body, unpacked, is longer than any file may be. */
function limited(response: Response): Response {
  let bytes = 0
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength
      if (bytes > MAX_BYTES) controller.error(new Error(`a file of more than ${MAX_BYTES} bytes`))
      else controller.enqueue(chunk)
    },
  })
  const { status, headers } = response
  return new Response(response.body?.pipeThrough(counter) ?? null, { status, headers })
}
