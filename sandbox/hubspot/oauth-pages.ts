import { codeList, escapeHtml, hiddenFields, page } from '../common/page.ts'

/** The page on which the portal's user agrees; `fields` travel on as they came. */
export function consentPage(
  portalId: number,
  scopes: readonly string[],
  fields: Readonly<Record<string, string>>,
): string {
  return page(
    'Connect app',
    `<p>This is the sandbox portal ${portalId}, a stand-in on this machine. The app asks for:</p>
${codeList(scopes)}
<form method="post" action="/oauth/authorize/approve">
${hiddenFields(fields)}
<button type="submit">Connect app</button>
</form>`,
  )
}

/** The page that says why the app cannot be installed. */
export function blockedPage(reason: string, items: readonly string[] = []): string {
  return page(
    'This app cannot be connected',
    `<p>${escapeHtml(reason)}</p>${items.length > 0 ? codeList(items) : ''}`,
  )
}
