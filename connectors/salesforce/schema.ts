import { z } from 'zod'

/** Every field is optional, and one that is not as described must not hide the others. */
const Said = z.string().optional().catch(undefined)

/** One reason of a refusal; whole calls say `errorCode`, single records `statusCode`, some both. */
export const ErrorItem = z.object({
  errorCode: Said,
  statusCode: Said,
  message: Said,
  fields: z.array(z.string()).nullish().catch(undefined),
})
export const ErrorItems = z.array(ErrorItem)
export type ErrorItem = z.infer<typeof ErrorItem>

export const TokenAnswer = z.object({
  access_token: z.string().min(1),
  /** Only where the app rotates refresh tokens, or at the installation. */
  refresh_token: z.string().min(1).optional(),
  instance_url: z.url(),
  /** `https://login.salesforce.com/id/ORG/USER`. */
  id: z.string(),
  scope: z.string().optional(),
  /** Milliseconds since 1970, as text. */
  issued_at: z.coerce.number().optional().catch(undefined),
})
export type TokenAnswer = z.infer<typeof TokenAnswer>

export const TokenError = z.object({ error: Said, error_description: Said })
export type TokenError = z.infer<typeof TokenError>

export const OrganizationRow = z.object({
  records: z.array(z.object({ Id: z.string(), TimeZoneSidKey: z.string().nullish() })),
})

/** Answers whose content is of no use to us. */
export const Anything = z.unknown()

export const ObjectId = z.object({ id: z.string().min(1) })

/** A bulk job. */
export const JobInfo = z.object({
  state: z.string(),
  numberRecordsProcessed: z.number().catch(0),
  errorMessage: Said,
})

export const Rows = z.array(z.record(z.string(), z.string()))
