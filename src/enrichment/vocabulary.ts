/** What an address is good for. Only `business` says something about the employer. */
export const EMAIL_KINDS = ['business', 'free', 'disposable', 'education', 'invalid'] as const
export type EmailKind = (typeof EMAIL_KINDS)[number]

/** From the top down: where somebody carries several titles, the first of these counts. */
export const SENIORITIES = [
  'c_level',
  'vp',
  'director',
  'manager',
  'individual',
  'intern',
  'student',
] as const
export type Seniority = (typeof SENIORITIES)[number]

export const JOB_FUNCTIONS = [
  'executive',
  'sales',
  'marketing',
  'revops',
  'engineering',
  'it',
  'data',
  'product',
  'finance',
  'procurement',
  'hr',
  'operations',
  'legal',
  'support',
  'research',
] as const
export type JobFunction = (typeof JOB_FUNCTIONS)[number]

export const REGIONS = ['NA', 'LATAM', 'EMEA', 'APAC'] as const
export type Region = (typeof REGIONS)[number]
