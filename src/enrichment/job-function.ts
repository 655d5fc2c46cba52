import { STRONG_WORDS, WEAK_WORDS } from './job-function-words.ts'
import { phraseBook } from './phrases.ts'
import type { TitleParts } from './title-text.ts'
import { JOB_FUNCTIONS, type JobFunction } from './vocabulary.ts'
import { wordList } from './word-list.ts'

interface Meaning {
  readonly strength: 'strong' | 'weak' | 'none'
  readonly jobFunction?: JobFunction
}

const BOOK = phraseBook<Meaning>([
  ...wordList(STRONG_WORDS.none).map((phrase) => [phrase, { strength: 'none' }] as const),
  ...JOB_FUNCTIONS.flatMap((jobFunction) => [
    ...entries(STRONG_WORDS[jobFunction], { strength: 'strong', jobFunction }),
    ...entries(WEAK_WORDS[jobFunction] ?? '', { strength: 'weak', jobFunction }),
  ]),
])

function entries(list: string, meaning: Meaning): (readonly [string, Meaning])[] {
  return wordList(list).map((phrase) => [phrase, meaning] as const)
}

/** A function named before one of these is not overruled by one named after: "sales manager IT". */
const BOUNDARIES = new Set(
  wordList(
    'and, for, in, with, manager, director, head, chief, vice, president, supervisor, leader',
  ),
)

/**
 * The function that the titles name; undefined where no word names one.
 *
 * Of several coordinated ones the first counts ("marketing and sales director": marketing), inside a
 * compound the last ("IT procurement manager": procurement). Weak words count where no strong one is.
 */
export function jobFunctionOf(titles: readonly TitleParts[]): JobFunction | undefined {
  const parts = titles.flat()
  let weak: JobFunction | undefined
  for (const words of parts) {
    const found = functionsIn(words)
    if (found.strong !== undefined) return found.strong
    weak ??= found.weak
  }
  return weak
}

interface Found {
  strong?: JobFunction
  weak?: JobFunction
}

function functionsIn(words: readonly string[]): Found {
  const found: Found = {}
  for (let at = 0; at < words.length; ) {
    const match = BOOK.at(words, at)
    if (isOver(found, words[at], match?.meaning)) return found
    note(found, match?.meaning)
    at = match?.end ?? at + 1
  }
  return found
}

function isOver(found: Found, word: string | undefined, meaning: Meaning | undefined): boolean {
  const atBoundary = meaning?.strength !== 'strong' && BOUNDARIES.has(word ?? '')
  return atBoundary && found.strong !== undefined
}

function note(found: Found, meaning: Meaning | undefined): void {
  if (meaning?.jobFunction === undefined) return
  if (meaning.strength === 'strong') found.strong = meaning.jobFunction
  else found.weak ??= meaning.jobFunction
}
