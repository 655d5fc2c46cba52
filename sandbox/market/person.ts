import type { Company } from './company.ts'
import { drawPlace, type Place } from './countries.ts'
import { drawLatent, type Latent } from './latent.ts'
import { asciiSlug, personName } from './names.ts'
import type { Choices, Random } from './random.ts'
import { before, between, DAY, SPAN } from './times.ts'
import { drawJob, type Job, retypeTitle, studentJob } from './titles.ts'

export interface Person {
  readonly first: string
  readonly last: string
  readonly email?: string
  readonly job: Job
  readonly place: Place
  /** Missing for freelancers and students. */
  readonly company?: Company
  readonly latent: Latent
  readonly createdAt: number
  /** Somebody who can sign a deal: no student, no competitor, no second record of the same person. */
  readonly canBuy: boolean
}

const FREE_MAIL: Choices<string> = [
  'gmail.com',
  'outlook.com',
  'yahoo.com',
  'hotmail.com',
  'icloud.com',
]
const CAMPUSES: Choices<string> = [
  'kestrelmoor-university.edu',
  'northvale-institute.edu',
  'ebbford-college.edu',
  'university-of-ulmwick.edu',
]

/** One person of a company; a few turn out to be freelancers or students without one. */
export function drawPerson(company: Company, now: number, random: Random): Person {
  const kind = random.weighted([
    ['employee', 90],
    ['freelancer', 6],
    ['student', 4],
  ])
  if (kind === 'student') return drawStudent(now, random)
  if (kind === 'freelancer') return drawFreelancer(now, random)
  return drawEmployee(company, now, random)
}

function drawEmployee(company: Company, now: number, random: Random): Person {
  const { first, last } = personName(random)
  const job = drawJob(random)
  const email = workEmail(first, last, company, random)
  const traits = { ...company, ...job, companyInterest: company.interest }
  return {
    first,
    last,
    job,
    place: random.chance(0.9) ? company.place : drawPlace(random),
    company,
    latent: drawLatent(traits, random),
    createdAt: between(company.createdAt, now - random.next() * SPAN, now - DAY),
    canBuy: company.kind !== 'competitor',
    ...(email !== undefined && { email }),
  }
}

function drawFreelancer(now: number, random: Random): Person {
  const { first, last } = personName(random)
  const job = drawJob(random)
  const place = drawPlace(random)
  const alone = { employees: 1, servedIndustry: false, companyInterest: random.next() ** 3 }
  return {
    first,
    last,
    email: personalEmail(first, last, place, random),
    job,
    place,
    latent: drawLatent({ ...alone, ...job }, random),
    createdAt: before(now, DAY + random.next() * (SPAN - DAY)),
    canBuy: true,
  }
}

function drawStudent(now: number, random: Random): Person {
  const { first, last } = personName(random)
  const job = studentJob(random)
  const none = { employees: 1, servedIndustry: false, companyInterest: 0.5 }
  return {
    first,
    last,
    email: `${asciiSlug(first)}.${asciiSlug(last)}@${random.pick(CAMPUSES)}`,
    job,
    place: drawPlace(random),
    latent: drawLatent({ ...none, ...job }, random),
    createdAt: before(now, DAY + random.next() * (SPAN - DAY)),
    canBuy: false,
  }
}

/** A second record of somebody: other case in the address, or a personal one; title typed anew. */
export function drawDuplicate(person: Person, now: number, random: Random): Person {
  const { first, last, place } = person
  const sameAddress = person.email !== undefined && random.chance(0.5)
  const email = sameAddress ? recase(person.email) : personalEmail(first, last, place, random)
  return {
    ...person,
    email,
    job: retypeTitle(person.job, random),
    latent: { fit: person.latent.fit, interest: person.latent.interest * 0.5 },
    createdAt: between(person.createdAt, now - random.next() * SPAN, now - DAY),
    canBuy: false,
  }
}

function workEmail(
  first: string,
  last: string,
  company: Company,
  random: Random,
): string | undefined {
  if (random.chance(0.03)) return undefined
  if (random.chance(0.03)) return personalEmail(first, last, company.place, random)
  if (random.chance(0.01)) return `${random.pick(['info', 'sales', 'office'])}@${company.domain}`
  const [given, family] = [asciiSlug(first), asciiSlug(last)]
  const local = random.pick([`${given}.${family}`, `${given.charAt(0)}${family}`, given])
  return `${local}@${company.domain}`
}

/** Five digits keep the address from being some real person's. */
function personalEmail(first: string, last: string, place: Place, random: Random): string {
  const local = `${asciiSlug(first)}.${asciiSlug(last)}${random.int(10_000, 99_999)}`
  if (random.chance(0.03)) return `${local}@mailinator.com`
  const provider = place.freeMail !== undefined && random.chance(0.4) ? place.freeMail : undefined
  return `${local}@${provider ?? random.pick(FREE_MAIL)}`
}

function recase(email: string): string {
  const swapped = email.replace(
    /(^|[.@-])([a-z])/g,
    (_all, lead, letter) => lead + letter.toUpperCase(),
  )
  return swapped === email ? email.toUpperCase() : swapped
}
