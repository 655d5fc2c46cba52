/** The way to a value inside a model: keys and indexes. */
export type Path = readonly (string | number)[]

/** Something wrong with a model, before we know where it stands in the text. */
export interface Fault {
  readonly path: Path
  readonly message: string
  readonly remedy?: string
  /** The fault is the key at the end of the path itself, not its value. */
  readonly atKey?: boolean
}

/** Something wrong with a model, at a place in its text. Line and column count from 1. */
export interface ModelProblem {
  readonly message: string
  readonly remedy?: string
  readonly file?: string
  readonly line: number
  readonly column: number
  /** For example `signals[2].decay.half_life`. */
  readonly path: string
}

/** `models/mine.yaml:12:5: signals[2].decay: … Remedy.` on one line. */
export function formatProblem(problem: ModelProblem): string {
  const place = [problem.file ?? 'model', problem.line, problem.column].join(':')
  const subject = problem.path === '' ? '' : `${problem.path}: `
  const remedy = problem.remedy === undefined ? '' : ` ${problem.remedy}`
  return `${place}: ${subject}${problem.message}.${remedy}`
}

export function formatPath(path: Path): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else text += text === '' ? step : `.${step}`
  }
  return text
}

/** The candidate that somebody who typed `word` most likely meant: at most two edits away. */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestDistance = 3
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance >= bestDistance || distance >= candidate.length) continue
    best = candidate
    bestDistance = distance
  }
  return best
}

/** "Did you mean points? …", or the list of what is allowed when nothing is close. */
export function suggest(word: string, candidates: readonly string[]): string {
  const meant = closest(word, candidates)
  if (meant !== undefined) return `Did you mean ${meant}?`
  return candidates.length === 0 ? 'Remove it.' : `Known here: ${candidates.join(', ')}.`
}

const LONGEST_WORD = 60

function editDistance(from: string, to: string): number {
  if (from.length > LONGEST_WORD || Math.abs(from.length - to.length) > 2) return 3
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const substitution = from[row - 1] === to[column - 1] ? 0 : 1
      current.push(
        Math.min(
          (previous[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (previous[column - 1] ?? 0) + substitution,
        ),
      )
    }
    previous = current
  }
  return previous[to.length] ?? 0
}
