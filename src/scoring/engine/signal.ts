import type { DimensionName } from '../language/model-schema.ts'

/** What every signal has. `index` is its place in the model and in every vector of values. */
export interface Signal {
  readonly index: number
  readonly id: string
  readonly label: string
  readonly dimension: DimensionName
  /** Hundredths of a point for one occurrence. */
  readonly points: number
}
