/** A phrase found in a text of tokens: what it means, and the token after it. */
interface PhraseMatch<Meaning> {
  readonly meaning: Meaning
  readonly end: number
}

/** A dictionary of phrases in which the longest one counts: "product marketing" before "product". */
export interface PhraseBook<Meaning> {
  /** The longest phrase that begins with the token at `start`. */
  readonly at: (tokens: readonly string[], start: number) => PhraseMatch<Meaning> | undefined
}

/** @param entries phrases as tokens with one blank between them; the first entry for a phrase counts */
export function phraseBook<Meaning>(
  entries: readonly (readonly [phrase: string, meaning: Meaning])[],
): PhraseBook<Meaning> {
  const meanings = new Map<string, Meaning>()
  const longestFrom = new Map<string, number>()
  for (const [phrase, meaning] of entries) {
    if (meanings.has(phrase)) continue
    meanings.set(phrase, meaning)
    const [first = '', ...rest] = phrase.split(' ')
    longestFrom.set(first, Math.max(longestFrom.get(first) ?? 0, rest.length + 1))
  }
  return { at: (tokens, start) => longestAt(meanings, longestFrom, tokens, start) }
}

function longestAt<Meaning>(
  meanings: ReadonlyMap<string, Meaning>,
  longestFrom: ReadonlyMap<string, number>,
  tokens: readonly string[],
  start: number,
): PhraseMatch<Meaning> | undefined {
  const longest = longestFrom.get(tokens[start] ?? '') ?? 0
  for (let length = Math.min(longest, tokens.length - start); length > 0; length -= 1) {
    const meaning = meanings.get(tokens.slice(start, start + length).join(' '))
    if (meaning !== undefined) return { meaning, end: start + length }
  }
  return undefined
}
