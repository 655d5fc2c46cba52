import { codeList, escapeHtml, hiddenFields, page } from '../common/page.ts'

/** The page on which the user allows the app in, or not; `fields` travel on as they came. */
export function consentPage(
  orgId: string,
  scopes: readonly string[],
  fields: Readonly<Record<string, string>>,
): string {
  return page(
    'Allow access?',
    `<p>This is the sandbox org ${escapeHtml(orgId)}, a stand-in on this machine. The app asks for:</p>
${codeList(scopes)}
<form method="post" action="/services/oauth2/authorize">
${hiddenFields(fields)}
<button type="submit" name="decision" value="allow">Allow</button>
<button type="submit" name="decision" value="deny">Deny</button>
</form>`,
  )
}

/** The page that a user sees when the app asked wrongly, and cannot be trusted with an answer. */
export function blockedPage(error: string, description: string): string {
  return page(
    'This app cannot be connected',
    `<p>error=${escapeHtml(error)}</p><p>error_description=${escapeHtml(description)}</p>`,
  )
}
