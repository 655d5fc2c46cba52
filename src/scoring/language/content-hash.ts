import { createHash } from 'node:crypto'
import type { ModelDocument } from './model-schema.ts'

/** JSON with sorted keys, so that the order in which a model is written does not matter… */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => {
    if (typeof each !== 'object' || each === null || Array.isArray(each)) return each
    return Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}

/** …except among tiers, where the first that holds wins. The first 12 hex digits of the SHA-256. */
export function contentHash(document: ModelDocument): string {
  const content = { ...document, tiers: Object.entries(document.tiers) }
  return createHash('sha256').update(canonicalJson(content)).digest('hex').slice(0, 12)
}
