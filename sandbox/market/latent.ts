import type { Random } from './random.ts'
import type { JobFunction, Seniority } from './titles.ts'

/** What nobody sees in the CRM and everything in it follows from; both 0..1. */
export interface Latent {
  /** How well the person and their company suit the seller. */
  readonly fit: number
  /** How much the person wants to buy just now. */
  readonly interest: number
}

const SENIORITY_FIT: Readonly<Record<Seniority, number>> = {
  c_level: 1,
  vp: 0.95,
  director: 0.85,
  manager: 0.55,
  individual: 0.25,
  intern: 0,
  student: 0,
}
const FUNCTION_FIT: Readonly<Record<JobFunction, number>> = {
  revops: 1,
  marketing: 0.9,
  sales: 0.9,
  executive: 0.8,
  data: 0.6,
  it: 0.5,
  finance: 0.4,
  operations: 0.4,
  engineering: 0.3,
  procurement: 0.3,
  support: 0.15,
  hr: 0.1,
}

export interface Traits {
  readonly employees: number
  /** The company's industry is one the seller serves. */
  readonly servedIndustry: boolean
  readonly seniority: Seniority
  readonly function: JobFunction
  /** The company's own readiness to buy, 0..1: colleagues are alike in it. */
  readonly companyInterest: number
}

/*
 * THE FORMULA OF THE MARKET. Everything that a lead score could learn from this market is here.
 *
 *   fit      = 0.30 size + 0.15 industry + 0.30 seniority + 0.25 function + noise(0.08), cut to 0..1
 *              (size is 1 at 1,000 employees and falls to 0 two powers of ten away)
 *   interest = 0.35 company's + 0.65 own, both u³: most people want nothing, a few want it badly
 *   heat     = interest × (0.4 + 0.6 fit): what moves people to act
 *   engagement records ~ Poisson(0.35 + 14 heat^1.6 × noise), at most 15
 *   P(deal)  = logistic(-7 + 4 fit + 6.5 interest)
 *   P(won | closed) = logistic(-6.6 + 5.5 fit + 4.5 interest)
 *
 * The constants were tuned by hand: about 1.5 engagement records a person, a deal for every eleventh,
 * over a third of the closed deals won.
 */
export function drawLatent(traits: Traits, random: Random): Latent {
  const size = clamp(1 - Math.abs(Math.log10(traits.employees) - 3) / 2)
  const fit =
    0.3 * size +
    0.15 * (traits.servedIndustry ? 1 : 0.3) +
    0.3 * SENIORITY_FIT[traits.seniority] +
    0.25 * FUNCTION_FIT[traits.function] +
    0.08 * random.normal()
  const interest = 0.35 * traits.companyInterest + 0.65 * random.next() ** 3
  return { fit: clamp(fit), interest: clamp(interest) }
}

export function heatOf({ fit, interest }: Latent): number {
  return interest * (0.4 + 0.6 * fit)
}

/** How many calls, e-mails, meetings, notes, tasks and messages there are with this person. */
export function drawEngagementCount(latent: Latent, random: Random): number {
  const noise = Math.exp(0.5 * random.normal() - 0.125)
  return Math.min(15, random.poisson(0.35 + 14 * heatOf(latent) ** 1.6 * noise))
}

export function dealOdds({ fit, interest }: Latent): number {
  return logistic(-7 + 4 * fit + 6.5 * interest)
}

export function winOdds({ fit, interest }: Latent): number {
  return logistic(-6.6 + 5.5 * fit + 4.5 * interest)
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

function clamp(x: number): number {
  return Math.min(1, Math.max(0, x))
}
