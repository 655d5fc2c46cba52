/** Texts whose form the schema checks with code, which no editor can run; these patterns say the same. */
export const PATTERNS = {
  id: '^[a-z][a-z0-9_-]{0,59}$',
  duration: '^\\s*\\d{1,6}(\\.\\d{1,3})?(min|h|d|w)\\s*$',
  field: '^(person|company)\\.[a-z][a-z0-9_]{0,99}$',
  tier: '^(?!none$)[A-Za-z][A-Za-z0-9_-]{0,39}$',
} as const

export type Form = keyof typeof PATTERNS

/** What a key of the model language is for. */
export interface KeyMeaning {
  /** One or two sentences for somebody who writes a model. */
  readonly means: string
  /** The form of the text, or of each text in a list. */
  readonly form?: Form
  /** The form of the names of the entries. */
  readonly names?: Form
}

/** By place: a definition or `model`, then keys; `*` stands for any name. `signal.at_most.per` */
export type Meanings = Readonly<Record<string, KeyMeaning>>
