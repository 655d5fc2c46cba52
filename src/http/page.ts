/** A paragraph that leads somewhere on this server. */
export interface Link {
  readonly text: string
  /** A path, such as `/install/hubspot`. */
  readonly to: string
}

/** The only style of our pages: the content security policy lets in nothing but its hash, attributes neither. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif }
main { max-width: 38rem; margin: 12vh auto; padding: 0 1.5rem }
h1 { font-size: 1.6rem; line-height: 1.2 }
a { color: light-dark(#0b57d0, #8ab4f8) }
form { margin: 1.5rem 0 }
label { display: block; font-weight: 600; margin-top: 1rem }
small { display: block; opacity: 0.8 }
input, button { box-sizing: border-box; font: inherit; padding: 0.5rem 0.75rem; border-radius: 0.4rem }
input { width: 100%; margin-top: 0.25rem; border: 1px solid light-dark(#6b7280, #9ca3af) }
button { margin-top: 1.25rem; border: 0; background: #0b57d0; color: #fff; cursor: pointer }
input:read-only { border-color: transparent; padding-left: 0; background: none; color: inherit }
[role="alert"] { border-left: 0.25rem solid light-dark(#b3261e, #f2b8b5); padding-left: 0.75rem }
`

/** A paragraph that must not be overlooked. */
interface Alert {
  readonly alert: string
}

export interface Field {
  readonly label: string
  readonly name: string
  readonly type: 'text' | 'password'
  /** What password managers go by. */
  readonly autocomplete: 'username' | 'current-password' | 'new-password'
  readonly value?: string
  readonly minLength?: number
  /** Only shown. */
  readonly fixed?: boolean
  /** What is asked for, below the label. */
  readonly hint?: string
}

export interface Form {
  /** A path; it is posted to. */
  readonly action: string
  readonly hidden: Readonly<Record<string, string>>
  readonly fields: readonly Field[]
  readonly button: string
}

export type Part = string | Link | Alert | Form

/** A plain page: a title and what is below it. Every value is escaped; CRM data may hold anything. */
export function page(title: string, parts: readonly Part[]): string {
  const body = parts.map(partHtml).join('\n')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)} · Plumbline</title>
<style>${PAGE_STYLE}</style>
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

function partHtml(part: Part): string {
  if (typeof part === 'string') return `<p>${escapeHtml(part)}</p>`
  if ('to' in part) return `<p><a href="${escapeHtml(part.to)}">${escapeHtml(part.text)}</a></p>`
  if ('alert' in part) return `<p role="alert">${escapeHtml(part.alert)}</p>`
  return formHtml(part)
}

function formHtml({ action, hidden, fields, button }: Form): string {
  const secrets = Object.entries(hidden).map(
    ([name, value]) => `<input type="hidden"${attributes({ name, value })}>`,
  )
  return `<form method="post"${attributes({ action })}>
${[...secrets, ...fields.map(fieldHtml)].join('\n')}
<button>${escapeHtml(button)}</button>
</form>`
}

function fieldHtml({ hint, fixed = false, ...field }: Field): string {
  const { name, type, autocomplete, value, minLength } = field
  const described = hint === undefined ? {} : { 'aria-describedby': `${name}-hint` }
  const shown = { id: name, name, type, autocomplete, value, minlength: minLength, ...described }
  const below =
    hint === undefined
      ? ''
      : `\n<small${attributes({ id: `${name}-hint` })}>${escapeHtml(hint)}</small>`
  return `<label${attributes({ for: name })}>${escapeHtml(field.label)}</label>${below}
<input ${fixed ? 'readonly' : 'required'}${attributes(shown)}>`
}

function attributes(values: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(values)
    .map(([name, value]) => (value === undefined ? '' : ` ${name}="${escapeHtml(String(value))}"`))
    .join('')
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
