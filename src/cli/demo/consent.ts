import { UserError } from '../../errors.ts'

/**
 * Walks through the installation as an admin with a browser would: our install link, the CRM's consent page,
 * its "Connect app" button, and back to our callback with the cookie that the link has set.
 */
export async function giveConsent(plumblineUrl: string, crm = 'hubspot'): Promise<void> {
  const start = await visit(`${plumblineUrl}/install/${crm}`, { redirect: 'manual' })
  const consent = await visit(addressIn(start))
  const { target, fields } = formOf(await consent.text(), consent.url)
  const agreed = await visit(target, { method: 'POST', body: fields, redirect: 'manual' })
  const headers = { cookie: cookiesOf(start) }
  const answer = await visit(addressIn(agreed), { headers })
  if (!answer.ok) throw new UserError(`The installation was refused: ${await answer.text()}`)
}

/** Where an answer sends the browser. */
function addressIn(answer: Response): string {
  const address = answer.headers.get('location')
  if (address) return address
  throw new UserError(`The installation stopped at ${answer.url}, which answered ${answer.status}`)
}

/** What a browser would send back. */
function cookiesOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

function formOf(html: string, page: string): { target: URL; fields: URLSearchParams } {
  const form = /<form[^>]*action="([^"]+)"/.exec(html)
  if (!form?.[1]) throw new UserError('The sandbox did not show its consent page')
  const fields = new URLSearchParams()
  for (const [, name, value] of html.matchAll(/<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)) {
    if (name) fields.append(name, unescapeHtml(value ?? ''))
  }
  return { target: new URL(unescapeHtml(form[1]), page), fields }
}

function visit(url: string | URL, init?: RequestInit): Promise<Response> {
  return fetch(url, { ...init, signal: AbortSignal.timeout(15_000) })
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&#x27;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
