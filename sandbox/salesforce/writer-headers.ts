import type { SandboxRequest } from './endpoint.ts'
import type { Actor, SaveOptions } from './writer-context.ts'

type Asked = Pick<SandboxRequest, 'headers' | 'user' | 'now' | 'effects'>

/** The value of a name in a header like `allowSave=true; includeRecordDetails=false`. */
function part(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? '').split(/[;,]/)) {
    const [key = '', value = ''] = pair.split('=')
    if (key.trim().toLowerCase() === name.toLowerCase()) return value.trim()
  }
  return undefined
}

/** Assignment rules run unless a caller says that they shall not. */
function autoAssignOf(header: string | undefined): boolean | string {
  const word = (header ?? 'TRUE').trim()
  if (/^(true|false)$/i.test(word)) return word.toLowerCase() === 'true'
  return word
}

/** How a call wants its records saved. */
export function saveOptions({ headers, now, effects }: Asked): SaveOptions {
  const duplicates = headers['sforce-duplicate-rule-header']
  return {
    autoAssign: autoAssignOf(headers['sforce-auto-assign']),
    allowSave: part(duplicates, 'allowSave')?.toLowerCase() === 'true',
    at: now,
    lockShare: effects.lockShare ?? 0,
  }
}

/** The API in a user's name, without the name of the client: collections do not take it. */
export function apiActor({ user }: Pick<Asked, 'user'>): Actor {
  return { userId: user.id, isApi: true }
}

/** The same with the client's name, for calls that take Sforce-Call-Options. */
export function namedActor({ user, headers }: Asked): Actor {
  const clientName = part(headers['sforce-call-options'], 'client')
  return { ...apiActor({ user }), ...(clientName !== undefined && { clientName }) }
}
