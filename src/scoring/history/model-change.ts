/** What became of a part of the model. */
type ModelChangeKind = 'added' | 'removed' | 'changed' | 'renamed' | 'reordered'

/** One difference of meaning between two models. */
export interface ModelChange {
  readonly kind: ModelChangeKind
  /** `signals.pricing_page.points`, `tiers.B`, `routing.2`; after the change, or before it where it went. */
  readonly path: string
  /** "Visited pricing: 40 points become 30" */
  readonly sentence: string
  /** As written in the model; null where there was nothing. */
  readonly before: unknown
  readonly after: unknown
  /** Whether it can change a score or a decision; labels, reasons and examples cannot. */
  readonly decides: boolean
}

const SIGNS = { added: '+', removed: '-', changed: '~', renamed: '~', reordered: '~' } as const

/** One line: "~ Visited pricing: 40 points become 30". */
export function formatChange({ kind, sentence, decides }: ModelChange): string {
  return `${SIGNS[kind]} ${sentence}${decides ? '' : ' (wording only)'}`
}
