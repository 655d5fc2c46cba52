import type { Path } from '../../language/model-problem.ts'
import type { ModelDocument } from '../../language/model-schema.ts'
import type { Vocabulary } from '../vocabulary.ts'
import type { Reach } from './reach.ts'

/** A warning is most likely a mistake; a hint is worth a second look and may well be meant. */
export type Severity = 'warning' | 'hint'

/** Something that a rule dislikes, before we know where it stands in the text. */
export interface Flaw {
  readonly path: Path
  /** Without a full stop, like every problem's message. */
  readonly message: string
  readonly remedy: string
}

/** What rules look at. */
export interface Subject {
  readonly document: ModelDocument
  readonly vocabulary: Vocabulary
  /** The most that anybody can get. */
  readonly reach: Reach
}

export interface Rule {
  /** In kebab case; it is quoted beside the finding. */
  readonly name: string
  readonly severity: Severity
  readonly check: (subject: Subject) => readonly Flaw[]
}
