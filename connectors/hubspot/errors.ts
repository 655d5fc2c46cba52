import { z } from 'zod'
import {
  CrmAuthExpired,
  type CrmError,
  CrmRateLimited,
  CrmRejected,
  CrmUnavailable,
} from '../../src/errors.ts'
import { type Answer, retryAfterMs } from '../http.ts'
import { CRM } from './api-version.ts'
import { HOLD_MS, MIGRATION_HOLD_MS } from './limits.ts'
import { type BatchError, ErrorBody } from './schema.ts'

interface RefusalDetails {
  readonly codes: ReadonlySet<string>
  readonly properties: ReadonlySet<string>
}

/** A refusal together with HubSpot's machine-readable words for it. */
export class HubspotRejected extends CrmRejected {
  /** Categories and codes of the answer: `VALIDATION_ERROR`, `PROPERTY_DOESNT_EXIST`… */
  readonly codes: ReadonlySet<string>
  /** The properties it is about, where it says so. */
  readonly properties: ReadonlySet<string>

  constructor(status: number, message: string, details: RefusalDetails) {
    super(CRM, status, message)
    this.codes = details.codes
    this.properties = details.properties
  }
}

/** Turns an answer that is not 2xx into the error whose class says what happens next. */
export function errorOf(answer: Answer, now: Date): CrmError {
  const body = errorBody(answer.text)
  const asked = retryAfterMs(answer.headers, now)
  if (answer.status === 429) return new CrmRateLimited(CRM, asked ?? holdFor(body.policyName))
  if (answer.status === 477) return new CrmRateLimited(CRM, migrationHold(asked))
  if (answer.status === 423) return new CrmUnavailable(CRM, 'The portal is locked by a bulk write')
  if (answer.status === 401) return new CrmAuthExpired(CRM, 'HubSpot refused the access token')
  if (answer.status === 408 || answer.status >= 500) {
    return new CrmUnavailable(CRM, `HubSpot answered ${answer.status}`)
  }
  const details = detailsOf(body)
  return new HubspotRejected(answer.status, refusalMessage(answer.status, body, details), details)
}

function errorBody(text: string): ErrorBody {
  try {
    return ErrorBody.catch({}).parse(JSON.parse(text))
  } catch {
    // An HTML page of a proxy on the way: the status has to do.
    return {}
  }
}

function holdFor(policy: string | undefined): number {
  if (policy === 'SECONDLY' || policy === 'DAILY') return HOLD_MS[policy]
  return HOLD_MS.TEN_SECONDLY_ROLLING
}

function migrationHold(asked: number | undefined): number {
  return Math.min(asked ?? MIGRATION_HOLD_MS.usual, MIGRATION_HOLD_MS.longest)
}

/** Codes of rules that the portal's admin made for records; enforced on apps from version 2026-09 on. */
const PORTAL_RULES = ['MISSING_CONDITIONAL_REQUIRED_PROPERTY', 'MISSING_REQUIRED_PROPERTY']

/** The record lacks what a rule of the portal asks for; our values are right. */
export function isPortalRule({ codes }: RefusalDetails): boolean {
  return PORTAL_RULES.some((code) => codes.has(code))
}

/** Why a batch did not write one record, for the admin. */
export function batchRefusal(error: BatchError): string {
  const details = {
    codes: known([error.category, error.subCategory]),
    properties: propertiesIn(error.context),
  }
  if (isPortalRule(details)) return ruleMessage(details)
  return error.message ?? error.category ?? 'HubSpot gave no reason'
}

function ruleMessage({ properties }: RefusalDetails): string {
  const required = [...properties].filter((name) => !name.startsWith('plumbline_')).toSorted()
  const named = required.map((name) => `"${name}"`).join(', ')
  const what = named === '' ? 'a property that is empty' : `${named}, which is empty`
  return (
    `A rule of this HubSpot account requires ${what} on this record. ` +
    'Fill it there, or change the rule (Settings, Properties, conditional logic and required properties); ' +
    'the record is written again when it changes'
  )
}

function refusalMessage(status: number, body: ErrorBody, details: RefusalDetails): string {
  const { codes } = details
  const said = body.message ?? 'no reason given'
  if (isPortalRule(details)) return ruleMessage(details)
  if (!codes.has('MISSING_SCOPES')) return `HubSpot answered ${status}: ${said}`
  const scopes = (body.errors ?? []).flatMap(
    (error) => error.context?.['requiredGranularScopes'] ?? [],
  )
  const missing = scopes.length > 0 ? scopes.join(', ') : said
  return `HubSpot answered ${status}: missing scopes (${missing}). Connect HubSpot again to grant them`
}

function detailsOf(body: ErrorBody): RefusalDetails {
  const listed = body.errors ?? []
  const embedded = errorsInMessage(body.message)
  const codes = [
    body.category,
    body.subCategory,
    ...listed.flatMap((error) => [error.code, error.subCategory]),
    ...embedded.map((error) => error.error),
  ]
  const properties = [
    ...[body, ...listed].flatMap(({ context }) => [...propertiesIn(context)]),
    ...embedded.map((error) => error.name),
  ]
  return { codes: known(codes), properties: known(properties) }
}

/** `propertyName`, or another key that says so: for the portal's rules it is not documented which. */
function propertiesIn(context: BatchError['context']): ReadonlySet<string> {
  const named = Object.entries(context ?? {}).filter(([key]) => /propert/i.test(key))
  return new Set(named.flatMap(([, names]) => names))
}

function known(words: readonly (string | undefined)[]): ReadonlySet<string> {
  return new Set(words.filter((word) => word !== undefined))
}

const EmbeddedErrors = z.array(
  z.object({ error: z.string().optional(), name: z.string().optional() }),
)

/** Value errors may come as a JSON list inside the message, with the code nowhere else (BEHAVIOR.md, 6). */
function errorsInMessage(message: string | undefined): z.infer<typeof EmbeddedErrors> {
  const start = message?.indexOf('[') ?? -1
  if (message === undefined || start < 0) return []
  try {
    return EmbeddedErrors.catch([]).parse(JSON.parse(message.slice(start)))
  } catch {
    return []
  }
}
