import { DIMENSIONS, type DimensionName, type ModelDocument } from '../language/model-schema.ts'
import type { Result } from '../result.ts'
import type { FieldGain } from './field-gains.ts'
import { fieldWords } from './field-words.ts'

/** What a model promises besides a receipt. */
export interface Outlook {
  readonly document: ModelDocument
  /** By field. */
  readonly gains: ReadonlyMap<string, FieldGain>
}

/** What is not known of somebody. */
export interface UnknownFields {
  /** Fields that matter, those that could bring most first. */
  readonly matter: readonly { readonly field: string; readonly gain: string }[]
  /** How many more are unknown. */
  readonly others: number
}

const MOST_UNKNOWN = 5

/** The gain of a field that a gate asks for and no signal. */
export const LIFTS_HOLD = 'lifts the hold'

interface Unknown {
  readonly field: string
  /** A gate that holds the person asks for it. */
  readonly isAsked: boolean
  readonly gains: readonly { readonly name: DimensionName; readonly points: number }[]
}

/**
 * The unknown fields in words, with what knowing each of them could bring.
 * @param outlook null when the model is not at hand; then only what a gate asks for matters
 */
export function unknownFields(result: Result, outlook: Outlook | null): UnknownFields {
  const asked = new Set(result.held.map(({ ask }) => ask))
  const matter = result.missing
    .map((field): Unknown => {
      const gains = outlook === null ? [] : gainsOf(field, outlook, result)
      return { field, isAsked: asked.has(field), gains }
    })
    .filter(({ isAsked, gains }) => isAsked || gains.length > 0)
    .toSorted((a, b) => Number(b.isAsked) - Number(a.isAsked) || mostOf(b) - mostOf(a))
    .slice(0, MOST_UNKNOWN)
  return {
    matter: matter.map((each) => ({ field: fieldWords(each.field), gain: gainWords(each) })),
    others: result.missing.length - matter.length,
  }
}

/** Whole points by dimension, no more than the dimension has room for. */
function gainsOf(field: string, { document, gains }: Outlook, result: Result): Unknown['gains'] {
  const gain = gains.get(field) ?? {}
  return DIMENSIONS.flatMap((name) => {
    const room = (document.dimensions[name]?.max ?? 0) - result[name]
    const points = Math.floor(Math.min(room, gain[name] ?? 0))
    return points < 1 ? [] : [{ name, points }]
  })
}

function mostOf({ gains }: Unknown): number {
  return gains.reduce((sum, { points }) => sum + points, 0)
}

function gainWords({ isAsked, gains }: Unknown): string {
  const most = gains.map(
    ({ name, points }) => `up to ${points} ${points === 1 ? 'point' : 'points'} of ${name}`,
  )
  return [...(isAsked ? [LIFTS_HOLD] : []), ...most].join(', ')
}
