/** Name of a custom field: `ns__Plumbline_Score__c`, the namespace only where a package of that namespace brought it. */
const API_NAME = /^((?:[a-z][a-z0-9]*(?:_[a-z0-9]+)*)__)?(plumbline(?:_[a-z0-9]+)+)__c$/i

/** `Plumbline_Scored_At__c` for `plumbline_scored_at`: as the field is called where no namespace is before it. */
export function apiNameOf(name: string): string {
  const words = name.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return `${words.join('_')}__c`
}

/** Our name of a custom field, whatever its namespace and letter case; undefined when it cannot be one of ours. */
export function ourNameOf(apiName: string): string | undefined {
  return API_NAME.exec(apiName)?.[2]?.toLowerCase()
}

/**
 * What our fields are called in this org, by our names. Where both a package and we ourselves made a field, the
 * package's counts: its pages, lists and flows show that one.
 */
export function namesIn(apiNames: Iterable<string>): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const apiName of apiNames) {
    const [, namespace, ours] = API_NAME.exec(apiName) ?? []
    const name = ours?.toLowerCase()
    if (name !== undefined && (namespace || !names.has(name))) names.set(name, apiName)
  }
  return names
}
