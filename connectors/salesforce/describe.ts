import { z } from 'zod'
import { CRM } from './api-version.ts'
import { SalesforceRejected } from './errors.ts'
import type { Org } from './org.ts'

const Described = z.object({
  fields: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      length: z.number().optional(),
      custom: z.boolean().optional(),
    }),
  ),
})

/** One field that the org has and shows us. */
export type DescribedField = z.infer<typeof Described>['fields'][number]

/** An object's visible fields by their names in small letters; null for an object that is not there for us. */
export type Catalog = ReadonlyMap<string, DescribedField> | null

export interface Describer {
  read(object: string): Promise<Catalog>
  forget(object: string): void
}

/** How long an object's list of fields is taken for true. */
const CATALOG_LIVES_MS = 60 * 60_000
/** Shorter, so that a right that is granted is noticed soon. */
const ABSENCE_LIVES_MS = 10 * 60_000

/** Looks objects up, once an hour each. */
export function createDescriber({ client, context }: Org): Describer {
  const known = new Map<string, { readonly at: number; readonly catalog: Promise<Catalog> }>()
  const warned = new Set<string>()

  function warnOnce(object: string, error: SalesforceRejected): void {
    if (warned.has(object)) return
    warned.add(object)
    context.log.warn({ crm: CRM, object, error }, 'the org does not show it; read without it')
  }

  async function describe(object: string): Promise<Catalog> {
    try {
      const path = `/sobjects/${object}/describe`
      const { fields } = await client.call({ method: 'GET', path, answer: Described })
      return new Map(fields.map((field) => [field.name.toLowerCase(), field]))
    } catch (error) {
      const isMissing = error instanceof SalesforceRejected && error.status === 404
      if (!isMissing) throw error
      warnOnce(object, error)
      return null
    }
  }

  return {
    forget: (object) => void known.delete(object),
    async read(object) {
      const now = context.clock.now().getTime()
      const cached = known.get(object)
      if (cached && now < cached.at + CATALOG_LIVES_MS) {
        const catalog = await cached.catalog
        if (catalog || now < cached.at + ABSENCE_LIVES_MS) return catalog
      }
      const catalog = describe(object)
      known.set(object, { at: now, catalog })
      catalog.catch(() => known.delete(object))
      return await catalog
    },
  }
}

/** `my_field` of `ns__My_Field__c`, `MyField__c` and `MyField`. */
export function factNameOf(apiName: string): string {
  const bare = apiName.replace(/__c$/i, '').replace(/^[a-z0-9_]*?[a-z0-9]__/i, '')
  return bare.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()
}

/** Two of them in one query, and pages hold a tenth. */
export function isLongText({ type, length = 0 }: DescribedField): boolean {
  return type === 'textarea' && length > 255
}
