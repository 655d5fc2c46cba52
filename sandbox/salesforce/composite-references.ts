const REFERENCE = /@\{([^}]+)\}/g

/** What earlier subrequests answered, by their reference ids; undefined for those that failed. */
export type Answered = ReadonlyMap<string, unknown>

/** A reference that leads to nothing, because what it names failed or has no such part. */
export class LostReference extends Error {
  constructor(path: string) {
    const [reference = ''] = path.split(/[.[]/)
    super(`Invalid reference specified. No value for ${path} found in ${reference}`)
  }
}

function partOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  const key = Object.keys(value).find((one) => one.toLowerCase() === name.toLowerCase())
  return key === undefined ? undefined : Object.entries(value).find(([one]) => one === key)?.[1]
}

function lookUp(answered: Answered, path: string): string {
  const [reference = '', ...parts] = path.split(/[.[\]]+/).filter(Boolean)
  const value = parts.reduce<unknown>(partOf, answered.get(reference))
  if (value === undefined || value === null || typeof value === 'object')
    throw new LostReference(path)
  return String(value)
}

/** Puts values of earlier answers in the place of `@{reference.part}`, in texts however deep. @throws LostReference */
export function resolveReferences(value: unknown, answered: Answered): unknown {
  if (typeof value === 'string')
    return value.replace(REFERENCE, (_, path: string) => lookUp(answered, path))
  if (Array.isArray(value)) return value.map((one) => resolveReferences(one, answered))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, one]) => [
    name,
    resolveReferences(one, answered),
  ])
  return Object.fromEntries(entries)
}
