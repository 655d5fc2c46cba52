import { wordList } from './word-list.ts'

/** One of the titles somebody carries: its parts between commas, each as lower-case words, spelled out. */
export type TitleParts = readonly (readonly string[])[]

/** Longer than any honest title; keeps hostile input cheap. */
const LONGEST_TITLE = 200

/** Somebody who has no position now, whatever else the title names: "Former VP", "Seeking a CFO role". */
const NO_POSITION =
  /^\W*(?:retired|former|formerly|ex|past|aspiring|looking for|seeking)\b|\b(?:unemployed|jobless|job ?seeker|open to work|between jobs|homemaker|stay at home)\b|\b(?:looking for|seeking) (?:a |an )?(?:career|employment|internship|job|new|next|opportunit|position|role|work)/

/** The executive behind an assistant, adviser or office is somebody else: "Assistant to the CEO". */
const SOMEBODY_ELSE: readonly (readonly [RegExp, string])[] = [
  [
    /\b(assistant|asst|secretary|aide|advis[eo]r|consultant|counsel|deputy|ea|pa|partner|staff|reporting|reports) to\b[^|;\n]*/g,
    '$1',
  ],
  [/\b(assistant|asst|secretary) (?:of|for) the\b[^|;\n]*/g, '$1'],
  [/\boffice of (?:the )?(?:c[a-z]{1,2}o|president|chairman|chief \w+ officer)\b/g, 'office'],
  [
    /\b(?:c[a-z]{1,2}o|founder|president|chairman) (office|coach|advis[eo]r|recruiter|whisperer|communications|relations)\b/g,
    '$1',
  ],
]

const ABBREVIATIONS = abbreviations(`
  sr = senior, snr = senior, jr = junior, jnr = junior
  dir = director, mgr = manager, mngr = manager, mgmt = management, mgt = management, supv = supervisor, supvr = supervisor
  vp = vice president, svp = senior vice president, evp = executive vice president, rvp = regional vice president
  gvp = group vice president, avp = assistant vice president, pres = president, exec = executive, gm = general manager
  asst = assistant, assoc = associate, coord = coordinator, rep = representative, reps = representative, spec = specialist
  ea = executive assistant, pa = personal assistant, admin = administrator, advisor = adviser
  eng = engineering, engr = engineer, swe = software engineer, sde = software engineer, sre = site reliability engineer
  mktg = marketing, mkt = marketing, mktng = marketing, ops = operations, acct = account, accts = accounts
  comms = communications, svc = service, svcs = services, mfg = manufacturing, intl = international, fin = finance
  biz = business, bizdev = business development, bd = business development, corp = corporate, info = information
  sys = systems, tech = technical, ctr = center, centre = center, programme = program, purch = purchasing
  kam = key account manager, ae = account executive, bdr = business development representative
  sdr = sales development representative, csm = customer success manager, hrbp = hr business partner
  tpm = technical program manager, cofounder = founder, dba = database administrator
`)

/** Spellings of several words, once everything else is plain: "r and d", "biz dev", "e commerce". */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/\br and d\b/g, 'research and development'],
  [/\bfp and a\b/g, 'financial planning'],
  [/\bl and d\b/g, 'learning and development'],
  [/\bm and a\b/g, 'mergers and acquisitions'],
  [/\bdev operations\b/g, 'devops'],
  [/\b(business|corporate|product|market|sales) dev\b/g, '$1 development'],
  [/\bdev\b/g, 'developer'],
  [/ technical$/g, ' technician'],
  [
    /\b(software|hardware|systems|network|electrical|mechanical|civil) engineering$/g,
    '$1 engineer',
  ],
  [/\bhuman resource\b/g, 'human resources'],
  [/\be commerce\b/g, 'ecommerce'],
  [/\bgo to market\b/g, 'gtm'],
]

/**
 * The titles in a text, one for each side of a slash, bar, semicolon, bullet or line end, spelled out.
 * Empty where the text is no present position. Never throws.
 */
export function titlesIn(typed: string): TitleParts[] {
  const text = plain(typed.slice(0, LONGEST_TITLE))
  if (NO_POSITION.test(text)) return []
  return withoutSomebodyElse(text)
    .split(/[/\\|;•·\n]/)
    .map((title) => partsOf(title))
    .filter((parts) => parts.length > 0)
}

/** Lower case without accents; "V.P." as "vp", "Director's" as "directors", "&" as "and". */
function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/\b\p{L}\.(?:\p{L}\.)*\p{L}?(?!\p{L})/gu, (initials) => initials.replaceAll('.', ''))
    .replace(/['’]/g, '')
    .replace(/[&+]/g, ' and ')
    .replace(/[^\S\n]+/g, ' ')
}

function withoutSomebodyElse(text: string): string {
  let rest = text
  for (const [pattern, replacement] of SOMEBODY_ELSE) rest = rest.replace(pattern, replacement)
  return rest
}

function partsOf(title: string): TitleParts {
  return title
    .replace(/ at .*| ?@.*/, '')
    .split(/[,:()[\]–—]| -+ /)
    .map((part) => wordsOf(part))
    .filter((words) => words.length > 0)
}

function wordsOf(part: string): readonly string[] {
  const words = part.split(/[^\p{L}\p{N}]+/u).map((word) => ABBREVIATIONS.get(word) ?? word)
  let text = words.filter((word) => word !== '').join(' ')
  for (const [pattern, replacement] of SPELLINGS) text = text.replace(pattern, replacement)
  return text === '' ? [] : text.split(' ')
}

function abbreviations(list: string): ReadonlyMap<string, string> {
  return new Map(
    wordList(list).map((entry): [string, string] => {
      const [short = '', long = ''] = entry.split(' = ')
      return [short, long]
    }),
  )
}
