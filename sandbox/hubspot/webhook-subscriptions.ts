import { z } from 'zod'
import { findType } from './object-types.ts'
import { RECORD_TYPES, type RecordType } from './record.ts'

const VERBS = [
  'creation',
  'deletion',
  'restore',
  'merge',
  'propertyChange',
  'associationChange',
  'privacyDeletion',
] as const
export type Verb = (typeof VERBS)[number]

/** One thing an app is told of. `generic` are the names `object.*`, whose events carry the type's id. */
export interface Subscription {
  readonly subscriptionType: string
  readonly generic: boolean
  readonly verb: Verb
  readonly type: RecordType
  readonly propertyName?: string | undefined
  readonly active: boolean
}

function recordTypeOf(family: string, objectType: string | undefined): RecordType | undefined {
  return findType(family === 'object' ? (objectType ?? '') : family)
}

/**
 * A subscription as it is asked for: `object.propertyChange` with an objectType (`contacts`, `contact` or
 * `0-1`), or the older `contact.propertyChange`.
 */
export const SubscriptionInput = z
  .strictObject({
    subscriptionType: z.string(),
    objectType: z.string().optional(),
    propertyName: z.string().optional(),
    /** An inactive one is as good as none. */
    active: z.boolean().default(true),
  })
  .transform((asked, context): Subscription => {
    const [family = '', verbText] = asked.subscriptionType.split('.')
    const verb = VERBS.find((known) => known === verbText)
    const type = recordTypeOf(family, asked.objectType)
    const refuse = (message: string) => {
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    }
    if (!verb) return refuse(`${asked.subscriptionType} is no subscription type`)
    if (!type)
      return refuse(`${asked.subscriptionType} needs an objectType: ${RECORD_TYPES.join(', ')}`)
    if ((verb === 'propertyChange') !== (asked.propertyName !== undefined))
      return refuse('propertyName belongs to propertyChange, and only to it')
    const { subscriptionType, propertyName } = asked
    const generic = family === 'object'
    return { subscriptionType, generic, verb, type, propertyName, active: asked.active }
  })
