import { UserError } from '../../errors.ts'

/**
 * Walks through the installation as an admin with a browser would: our install link, the CRM's consent page,
 * its "Connect app" button, and back to our callback.
 */
export async function giveConsent(plumblineUrl: string): Promise<void> {
  const consent = await visit(`${plumblineUrl}/install/hubspot`)
  const html = await consent.text()
  const form = /<form[^>]*action="([^"]+)"/.exec(html)
  if (!form?.[1]) throw new UserError('The sandbox did not show its consent page')
  const fields = new URLSearchParams()
  for (const [, name, value] of html.matchAll(/<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)) {
    if (name) fields.append(name, unescapeHtml(value ?? ''))
  }
  const target = new URL(unescapeHtml(form[1]), consent.url)
  const answer = await visit(target, { method: 'POST', body: fields })
  if (!answer.ok) throw new UserError(`The installation was refused: ${await answer.text()}`)
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
