const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '')
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 4rem auto; padding: 0 1rem; color: #1d2b3a }
button { font: inherit; padding: .6rem 1.4rem; border: 0; border-radius: 4px; background: #c8471f; color: #fff; cursor: pointer }
button:focus-visible { outline: 3px solid #1d2b3a; outline-offset: 2px }
code { font-size: .9em }
</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${content}
</main>
</body>
</html>
`
}

function list(items: readonly string[]): string {
  return `<ul>${items.map((item) => `<li><code>${escapeHtml(item)}</code></li>`).join('')}</ul>`
}

/** The page on which the portal's user agrees; `fields` travel on as they came. */
export function consentPage(
  portalId: number,
  scopes: readonly string[],
  fields: Readonly<Record<string, string>>,
): string {
  const hidden = Object.entries(fields).map(
    ([name, value]) =>
      `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  )
  return page(
    'Connect app',
    `<p>This is the sandbox portal ${portalId}, a stand-in on this machine. The app asks for:</p>
${list(scopes)}
<form method="post" action="/oauth/authorize/approve">
${hidden.join('\n')}
<button type="submit">Connect app</button>
</form>`,
  )
}

/** The page that says why the app cannot be installed. */
export function blockedPage(reason: string, items: readonly string[] = []): string {
  return page(
    'This app cannot be connected',
    `<p>${escapeHtml(reason)}</p>${items.length > 0 ? list(items) : ''}`,
  )
}
