import type { Choices, Random } from './random.ts'

export type Seniority =
  | 'c_level'
  | 'vp'
  | 'director'
  | 'manager'
  | 'individual'
  | 'intern'
  | 'student'

export type JobFunction =
  | 'sales'
  | 'marketing'
  | 'revops'
  | 'executive'
  | 'engineering'
  | 'it'
  | 'data'
  | 'finance'
  | 'procurement'
  | 'hr'
  | 'operations'
  | 'support'

/** What somebody does, and what they typed about it; `text` is missing for those who left it blank. */
export interface Job {
  readonly seniority: Seniority
  readonly function: JobFunction
  readonly text?: string
}

const FUNCTIONS: Choices<readonly [JobFunction, number]> = [
  ['sales', 18],
  ['marketing', 20],
  ['revops', 10],
  ['engineering', 12],
  ['it', 9],
  ['data', 5],
  ['finance', 6],
  ['procurement', 4],
  ['hr', 5],
  ['operations', 6],
  ['support', 5],
]

const LEVELS: Choices<readonly [Seniority, number]> = [
  ['c_level', 8],
  ['vp', 11],
  ['director', 17],
  ['manager', 28],
  ['individual', 33],
  ['intern', 3],
]

const FUNCTION_WORDS: Readonly<Record<JobFunction, Choices<string>>> = {
  sales: ['Sales', 'Business Development', 'Inside Sales', 'Enterprise Sales', 'sales', 'BD'],
  marketing: ['Marketing', 'Demand Generation', 'Growth Marketing', 'Mktg', 'Brand & Content'],
  revops: ['RevOps', 'Revenue Operations', 'Marketing Ops', 'Sales Operations', 'GTM Systems'],
  executive: ['Strategy'],
  engineering: ['Engineering', 'Software Engineering', 'Platform Eng.', 'R&D'],
  it: ['IT', 'Information Technology', 'IT Infrastructure', 'Information Security'],
  data: ['Data', 'Analytics', 'Business Intelligence', 'Data Science'],
  finance: ['Finance', 'FP&A', 'Accounting', 'Treasury'],
  procurement: ['Procurement', 'Strategic Sourcing', 'Purchasing'],
  hr: ['HR', 'People', 'Talent Acquisition', 'Human Resources'],
  operations: ['Operations', 'Supply Chain', 'Ops', 'Logistics'],
  support: ['Customer Support', 'Customer Success', 'Technical Support'],
}

/** `#` stands for a word for the function. */
const LEVEL_PATTERNS: Readonly<Record<Seniority, Choices<string>>> = {
  c_level: ['CEO', 'Co-Founder & CEO', 'Founder', 'Managing Director', 'Owner', 'President'],
  vp: ['VP #', 'VP of #', 'Vice President, #', 'SVP #', 'V.P. #', 'EVP & GM, #', 'vp #'],
  director: [
    'Director of #',
    '# Director',
    'Sr. Dir., #',
    'Head of #',
    'Dir #',
    'Global Head of #',
  ],
  manager: [
    '# Manager',
    'Manager, #',
    'Sr. Manager #',
    '# Team Lead',
    'Mgr. #',
    'Regional # Manager',
  ],
  individual: [
    '# Specialist',
    '# Analyst',
    '# Associate',
    'Sr # Analyst',
    '# Coordinator',
    '# Consultant',
  ],
  intern: ['# Intern', 'Intern', 'Working Student #', 'Summer Intern, #'],
  student: ['Student', 'MBA Student', 'PhD candidate', 'Undergraduate student', 'student'],
}

const CHIEFS: Readonly<Partial<Record<JobFunction, Choices<string>>>> = {
  sales: ['CRO', 'Chief Revenue Officer', 'Chief Sales Officer'],
  marketing: ['CMO', 'Chief Marketing Officer'],
  engineering: ['CTO', 'Chief Technology Officer', 'CTO & Co-Founder'],
  it: ['CIO', 'CISO', 'Chief Information Officer'],
  data: ['Chief Data Officer', 'CDO'],
  finance: ['CFO', 'Chief Financial Officer'],
  hr: ['CHRO', 'Chief People Officer'],
  operations: ['COO', 'Chief Operating Officer'],
}

const KNOWN_TITLES: Readonly<Partial<Record<JobFunction, Choices<string>>>> = {
  sales: ['Account Executive', 'SDR', 'AE - Mid Market', 'Sr. Account Executive', 'Sales Rep'],
  marketing: ['Marketing Specialist', 'Content Writer', 'SEO Specialist'],
  engineering: ['Software Engineer', 'Senior Developer', 'DevOps Engineer', 'Staff Engineer'],
  data: ['Data Scientist', 'BI Analyst', 'Data Engineer'],
  support: ['Customer Success Manager', 'Support Engineer'],
}

const NONSENSE: Choices<string> = [
  'asdf',
  'test',
  'n/a',
  '-',
  'Ninja Rockstar',
  'Mr.',
  '.',
  'CEO of my couch',
]

/** A job at a company, with its title typed in one of the usual ways, as nonsense, or not at all. */
export function drawJob(random: Random): Job {
  const seniority = random.weighted(LEVELS)
  const chosen = random.weighted(FUNCTIONS)
  const leadsTheFirm = seniority === 'c_level' && random.chance(0.4)
  const job = { seniority, function: leadsTheFirm ? ('executive' as const) : chosen }
  if (random.chance(0.1)) return job
  if (random.chance(0.02)) return { ...job, text: random.pick(NONSENSE) }
  return { ...job, text: titleOf(job, random) }
}

/** The way the same job is written when the same person turns up a second time. */
export function retypeTitle(job: Job, random: Random): Job {
  return job.text === undefined ? job : { ...job, text: titleOf(job, random) }
}

export function studentJob(random: Random): Job {
  const job: Job = { seniority: 'student', function: 'support' }
  return random.chance(0.15) ? job : { ...job, text: random.pick(LEVEL_PATTERNS.student) }
}

function titleOf(job: Job, random: Random): string {
  const chief = job.seniority === 'c_level' ? CHIEFS[job.function] : undefined
  if (chief !== undefined) return random.pick(chief)
  const known = job.seniority === 'individual' ? KNOWN_TITLES[job.function] : undefined
  if (known !== undefined && random.chance(0.5)) return random.pick(known)
  const pattern = random.pick(LEVEL_PATTERNS[job.seniority])
  return pattern.replace('#', () => random.pick(FUNCTION_WORDS[job.function]))
}
