import { ownerChanges } from './assignment-counts.ts'
import { type Answer, bodyOf, type Endpoint, lever, type SandboxRequest } from './endpoint.ts'
import type { Org } from './org.ts'
import type { StoredRecord, Value } from './record.ts'
import { Rules, type When } from './rules-schema.ts'
import { readSetting, type Store, writeSetting } from './store.ts'

const SETTING = 'rules'
const CACHE = 'rules'

/** The rules in force. */
export function readRules(store: Store): Rules {
  const text = readSetting(store, SETTING) ?? '{}'
  const known = store.parsed.get(CACHE)
  // Nothing else is ever kept under this key.
  const cached = known as { text: string; rules: Rules } | undefined
  if (cached?.text === text) return cached.rules
  const rules = Rules.parse(JSON.parse(text))
  store.parsed.set(CACHE, { text, rules })
  return rules
}

/** Whether a record's values are as a rule says; a rule without a condition meets them all. */
export function meets(fields: Readonly<Record<string, Value>>, when: When | undefined): boolean {
  return !when || (fields[when.field] ?? null) === when.equals
}

/** A rule about a type that is not the record's is none of its business. */
export function rulesFor<T extends { readonly type: string }>(
  rules: readonly T[],
  record: Pick<StoredRecord, 'type'>,
): T[] {
  return rules.filter(({ type }) => type === record.type)
}

/** Sets the rules that it names, and leaves the others as they are. */
function setRules({ store }: Org, request: SandboxRequest): Answer {
  const changes = bodyOf(request, Rules.partial())
  const named = Object.keys(request.body && typeof request.body === 'object' ? request.body : {})
  const wanted = Object.entries(changes).filter(([name]) => named.includes(name))
  const rules = { ...readRules(store), ...Object.fromEntries(wanted) }
  writeSetting(store, SETTING, JSON.stringify(rules))
  return { status: 204 }
}

/** Sets and shows the org's rules, and how often owners were changed and by what. */
export function ruleControls(org: Org): Endpoint[] {
  return [
    lever('post', '/__rules', (request) => setRules(org, request)),
    lever('get', '/__rules', () => ({
      status: 200,
      body: { ...readRules(org.store), ownerChanges: ownerChanges(org.store) },
    })),
    lever('delete', '/__rules', () => {
      writeSetting(org.store, SETTING, '{}')
      return { status: 204 }
    }),
  ]
}
