import { type PhraseBook, phraseBook } from './phrases.ts'
import type { TitleParts } from './title-text.ts'
import { SENIORITIES, type Seniority } from './vocabulary.ts'
import { wordList } from './word-list.ts'

/**
 * Ranks by the words that carry them; the longest phrase counts, then the highest rank of the title.
 *
 * Where usage differs: whoever is called a manager is one, account, product and project managers too
 * (coordinators are not). A vice president is one in a bank as well; an assistant vice president is a
 * director. Heads of something and chiefs without "officer" are directors, and so are general and
 * country managers. "MD" is a physician as often as a managing director and says nothing.
 */
const RANKS: Readonly<Record<Seniority | 'none', string>> = {
  c_level: `
    ceo, cfo, cto, cio, ciso, cmo, cro, coo, cpo, chro, cdo, cso, cco, cao, cko, clo, cxo, chief executive, founder, owner
    proprietor, president, vice chairman, chairman, chairwoman, chairperson, board chair, chair of the board, board member
    member of the board, board director, non executive director, managing director, managing partner, managing member
    partner, entrepreneur, general counsel`,
  vp: 'vice president',
  director: `
    director, head, chief, chief of staff, dean, general manager, country manager, treasurer, deputy general counsel
    associate general counsel, company secretary, corporate secretary`,
  manager: `
    manager, supervisor, superintendent, foreman, team lead, leader, controller, comptroller
    managing editor, head chef, head cook, head coach, head nurse, head teacher, head waiter, head cashier, pm`,
  individual: `
    accountant, actuary, adviser, administrator, advocate, agent, analyst, appraiser, architect, artist, associate, attorney
    auditor, barrister, bookkeeper, broker, business partner, buyer, cashier, clerk, coach, consultant, contractor
    coordinator, quality controller, traffic controller, production controller, document controller, copywriter, counsel, designer, developer, economist, editor, engineer, account executive, sales executive
    marketing executive, business development executive, customer service executive, expert, generalist, inspector
    instructor, journalist, lawyer, lecturer, librarian, member of technical staff, merchandiser, mechanic, nurse, officer
    operator, paralegal, people partner, talent partner, physician, planner, product owner, process owner, data owner
    service owner, system owner, application owner, platform owner, risk owner, producer, professional, professor
    programmer, realtor, receptionist, recruiter, reporter, representative, researcher, sales associate, salesman
    salesperson, saleswoman, scientist, scrum master, secretary, solicitor, specialist, statistician, strategist
    surveyor, teacher, technician, technologist, tester, trader, trainer, translator, underwriter, webmaster, writer
    chemist, biologist, physicist, postdoc, sourcer, purchaser, purchasing agent, bookseller, evangelist
    channel partner, client partner, delivery partner, finance partner, hr partner, strategic partner, technology partner`,
  intern: '',
  student: '',
  none: 'thought leader, vice president elect, home owner, dog owner, cat owner',
}

const BOOK: PhraseBook<Seniority | 'none'> = phraseBook(
  ([...SENIORITIES, 'none'] as const).flatMap((rank) =>
    wordList(RANKS[rank]).map((phrase) => [phrase, rank] as const),
  ),
)

/** Words that outrank the ranks beside them. On the whole title, with its head noun last; the first match counts. */
const STATUS: readonly (readonly [RegExp, Seniority])[] = [
  [/\b(?:working|werk) ?student\b|\bwerkstudent/, 'intern'],
  [
    /\bstudent(?:$| (?:and|of|in|worker|assistant|ambassador|researcher|representative)\b)/,
    'student',
  ],
  [
    /\b(?:phd|doctoral|mba|masters?|bachelors?|jd) (?:candidate|researcher)\b|\bunder ?grad(?:uate)?\b/,
    'student',
  ],
  [
    /\b(?:intern|internship|trainee|apprentice)\b(?! (?:programs?|coordinator|manager|recruiter|director|supervisor|lead))/,
    'intern',
  ],
  [/\bsummer (?:analyst|associate)\b/, 'intern'],
  [
    /\b(?:executive|personal|administrative|office|virtual|team|management) assistant\b|\bassistant$/,
    'individual',
  ],
  [/\bchief (?:[^ ]+ ){1,4}officer\b/, 'c_level'],
]

/** An assistant director is not a director; nor an assistant manager a manager. */
const BELOW: Partial<Record<Seniority, Seniority>> = {
  c_level: 'director',
  vp: 'director',
  director: 'manager',
  manager: 'individual',
}

/** The highest rank among the titles somebody carries; undefined where no word carries one. */
export function seniorityOf(titles: readonly TitleParts[]): Seniority | undefined {
  return highest(titles.map((parts) => rankOf(headLast(parts))))
}

/** "Director, Sales" as "sales director": English puts the noun that decides last. */
function headLast(parts: TitleParts): readonly string[] {
  return parts.toReversed().flat()
}

function rankOf(words: readonly string[]): Seniority | undefined {
  const text = words.join(' ')
  const status = STATUS.find(([pattern]) => pattern.test(text))
  if (status !== undefined) return status[1]
  // A lead engineer leads nobody; an engineering lead does.
  const lead = words.at(-1) === 'lead' ? 'manager' : undefined
  const rank = highest([...ranksIn(words), lead])
  if (!words.includes('assistant')) return rank
  return rank === undefined ? 'individual' : (BELOW[rank] ?? rank)
}

function ranksIn(words: readonly string[]): Seniority[] {
  const ranks: Seniority[] = []
  for (let at = 0; at < words.length; ) {
    const match = isModifier(words, at) ? undefined : BOOK.at(words, at)
    if (match !== undefined && match.meaning !== 'none') ranks.push(match.meaning)
    at = match?.end ?? at + 1
  }
  return ranks
}

/** The partner of "partner marketing manager" is somebody else; the one of "partner and head of tax" is not. */
function isModifier(words: readonly string[], at: number): boolean {
  const next = words[at + 1]
  return words[at] === 'partner' && next !== undefined && !['and', 'of', 'in', 'for'].includes(next)
}

function highest(ranks: readonly (Seniority | undefined)[]): Seniority | undefined {
  return SENIORITIES.find((seniority) => ranks.includes(seniority))
}
