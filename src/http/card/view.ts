/**
 * What a record's card gets, as JSON: ready words, so that the cards of all CRMs say the same. The HubSpot card
 * has these types again, because its folder is uploaded without ours; a test compares them.
 */
export type CardView = PersonCard | AccountCard | QuietCard

/** There is nothing to show: never read, not scored yet, or the app is not connected. */
export interface QuietCard {
  readonly state: 'unknown' | 'not_scored' | 'disconnected'
  /** What is the matter and what to do about it. */
  readonly text: string
}

/** One line of the sum. */
export interface CardLine {
  /** Unique on the card. */
  readonly id: string
  readonly label: string
  /** What it counts now, to a tenth. */
  readonly points: number
  /** What it counted before it faded; null when it has not. */
  readonly was: number | null
  /** What it rests on: "3 days ago", "Number of employees: 1,200"; empty where there is nothing to say. */
  readonly detail: string
}

/** The next better tier; null in the best one. */
export interface CardNext {
  readonly tier: string
  /** All of them are needed. */
  readonly needs: readonly string[]
}

interface ScoredCard {
  readonly state: 'scored'
  /** Whole points, 0 to 100: the same number as in the CRM's field. */
  readonly score: number
  readonly tier: string
  /** Strongest first, then what speaks against, then corrections; to the rounding they sum to the score. */
  readonly lines: readonly CardLine[]
  readonly next: CardNext | null
  /** When it changes by itself, as a sentence. */
  readonly change: string
  /** "2 hours ago" */
  readonly scoredAgo: string
  /** In the account's time zone. */
  readonly scoredAt: string
  /** `id@hash` */
  readonly model: string
  /** What whoever looks at it has to know first: paused, being updated, merged, refused by the CRM. */
  readonly notes: readonly string[]
  readonly paused: boolean
}

export interface PersonCard extends ScoredCard {
  readonly kind: 'person'
  readonly grade: string
  /** "MQL" */
  readonly stage: string
  /** What to do next: "Route now", and what that means. */
  readonly action: { readonly name: string; readonly meaning: string }
  /** Queue or owner it should go to. */
  readonly route: string | null
  readonly parts: readonly { readonly name: string; readonly points: number }[]
  readonly disqualified: boolean
  /** The gates that hold the person back, each with how to clear it. */
  readonly held: readonly { readonly reason: string; readonly remedy: string }[]
  readonly unknown: {
    /** Fields that matter, those that could bring most first. */
    readonly matter: readonly { readonly field: string; readonly gain: string }[]
    /** How many more are unknown. */
    readonly others: number
  }
  /** Known share of what the model asks for, in percent. */
  readonly coverage: number
  /** The score that all unknown facts together could bring; null when they would not change it. */
  readonly range: { readonly min: number; readonly max: number } | null
  /** The company whose facts counted. */
  readonly account: string | null
}

export interface AccountCard extends ScoredCard {
  readonly kind: 'account'
  /** Short sentences, most important first. */
  readonly reasons: readonly string[]
  readonly group: readonly {
    readonly role: string
    /** Engaged ones first. */
    readonly people: readonly string[]
    /** People of the role beyond those named. */
    readonly others: number
    readonly engaged: boolean
  }[]
}
