import { randomUUID } from 'node:crypto'

/** A refusal, in the shape the real API gives it. Thrown anywhere, sent by the dispatcher. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>
  constructor(
    status: number,
    body: { message: string } & Record<string, unknown>,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(body.message)
    this.status = status
    this.body = body
    this.headers = headers
  }
}

/** One entry of `errors[]` in a refused request. */
export interface Detail {
  readonly message: string
  readonly code?: string
  readonly in?: string
  readonly context?: Readonly<Record<string, readonly string[]>>
}

export function apiError(
  status: number,
  category: string,
  message: string,
  extra: Readonly<Record<string, unknown>> = {},
): ApiError {
  return new ApiError(status, {
    status: 'error',
    message,
    correlationId: randomUUID(),
    category,
    ...extra,
  })
}

export function invalid(message: string, errors: readonly Detail[] = []): ApiError {
  return apiError(400, 'VALIDATION_ERROR', message, errors.length > 0 ? { errors } : {})
}

export function notFound(message: string): ApiError {
  return apiError(404, 'OBJECT_NOT_FOUND', message)
}

const POLICY_MESSAGES = {
  TEN_SECONDLY_ROLLING: 'You have reached your ten_secondly_rolling limit.',
  SECONDLY: 'You have reached your secondly limit.',
  DAILY: 'You have reached your daily limit.',
} as const

export type PolicyName = keyof typeof POLICY_MESSAGES
export const POLICY_NAMES = ['TEN_SECONDLY_ROLLING', 'SECONDLY', 'DAILY'] as const

export function rateLimited(
  policyName: PolicyName,
  appId: number,
  headers: Readonly<Record<string, string>> = {},
): ApiError {
  const body = {
    status: 'error',
    message: POLICY_MESSAGES[policyName],
    errorType: 'RATE_LIMIT',
    correlationId: randomUUID(),
    policyName,
    groupName: `publicapi:sandbox:${appId}`,
    requestId: randomUUID(),
  }
  return new ApiError(429, body, headers)
}

/** One failed part of a batch, as `errors[]` of a 207 lists it. */
export interface BatchFailure {
  readonly status: 'error'
  readonly category: string
  readonly message: string
  readonly context: Readonly<Record<string, readonly string[]>>
  readonly subCategory?: string
  /** Further errors and links, of which there are none here. */
  readonly errors: readonly []
  readonly links: Readonly<Record<string, never>>
}

export function batchFailure(
  category: string,
  message: string,
  context: BatchFailure['context'],
  subCategory?: string,
): BatchFailure {
  const failure = { status: 'error', category, message, context, errors: [], links: {} } as const
  return subCategory === undefined ? failure : { ...failure, subCategory }
}
