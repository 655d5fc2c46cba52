/** A paragraph that leads somewhere on this server. */
export interface Link {
  readonly text: string
  /** A path, such as `/install/hubspot`. */
  readonly to: string
}

/** A plain page: a title and paragraphs. Every value is escaped; CRM data may hold anything. */
export function page(title: string, paragraphs: readonly (string | Link)[]): string {
  const body = paragraphs.map((each) => `<p>${paragraph(each)}</p>`).join('\n')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)} · Plumbline</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif }
main { max-width: 38rem; margin: 12vh auto; padding: 0 1.5rem }
h1 { font-size: 1.6rem; line-height: 1.2 }
a { color: light-dark(#0b57d0, #8ab4f8) }
</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`
}

function paragraph(content: string | Link): string {
  if (typeof content === 'string') return escapeHtml(content)
  return `<a href="${escapeHtml(content.to)}">${escapeHtml(content.text)}</a>`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}
