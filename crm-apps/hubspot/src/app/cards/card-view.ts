/** What our server answers. HubSpot uploads this folder without ours, so these types are written again here. */
export type CardView = PersonCard | AccountCard | QuietCard

export interface QuietCard {
  readonly state: 'unknown' | 'not_scored' | 'disconnected'
  readonly text: string
}

export interface CardLine {
  readonly id: string
  readonly label: string
  readonly points: number
  readonly was: number | null
  readonly detail: string
}

export interface CardNext {
  readonly tier: string
  readonly needs: readonly string[]
}

export interface ScoredCard {
  readonly state: 'scored'
  readonly score: number
  readonly tier: string
  readonly lines: readonly CardLine[]
  readonly next: CardNext | null
  readonly change: string
  readonly scoredAgo: string
  readonly scoredAt: string
  readonly model: string
  readonly notes: readonly string[]
  readonly paused: boolean
}

export interface PersonCard extends ScoredCard {
  readonly kind: 'person'
  readonly grade: string
  readonly stage: string
  readonly action: { readonly name: string; readonly meaning: string }
  readonly route: string | null
  readonly parts: readonly { readonly name: string; readonly points: number }[]
  readonly disqualified: boolean
  readonly held: readonly { readonly reason: string; readonly remedy: string }[]
  readonly unknown: {
    readonly matter: readonly { readonly field: string; readonly gain: string }[]
    readonly others: number
  }
  /** Percent. */
  readonly coverage: number
  readonly range: { readonly min: number; readonly max: number } | null
  readonly account: string | null
}

export interface BuyingRole {
  readonly role: string
  readonly people: readonly string[]
  readonly others: number
  readonly engaged: boolean
}

export interface AccountCard extends ScoredCard {
  readonly kind: 'account'
  readonly reasons: readonly string[]
  readonly group: readonly BuyingRole[]
}
