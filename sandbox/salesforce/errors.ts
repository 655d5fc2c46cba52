/** One entry of the array that a refusal is. */
export interface ApiFault {
  readonly message: string
  readonly errorCode: string
  readonly fields?: readonly string[]
}

/** A refusal, in the shape the real API gives it. Thrown anywhere, sent by the dispatcher. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly body: unknown
  /** Only OAuth answers with an object; everything else with an array. */
  constructor(status: number, body: readonly ApiFault[] | Readonly<Record<string, unknown>>) {
    super(JSON.stringify(body))
    this.status = status
    this.body = body
  }
}

export function apiError(
  status: number,
  errorCode: string,
  message: string,
  fields?: readonly string[],
): ApiError {
  return new ApiError(status, [{ message, errorCode, ...(fields && { fields }) }])
}

export function notFound(message = 'The requested resource does not exist'): ApiError {
  return apiError(404, 'NOT_FOUND', message)
}

export function unsupportedVersion(version: string): ApiError {
  return apiError(
    410,
    'UNSUPPORTED_API_VERSION',
    `API version ${version} is deprecated and no longer supported.`,
  )
}

export function invalidSession(): ApiError {
  return apiError(401, 'INVALID_SESSION_ID', 'Session expired or invalid')
}

export function limitExceeded(): ApiError {
  return apiError(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.')
}

export function invalidType(type: string): ApiError {
  return apiError(400, 'INVALID_TYPE', `sObject type '${type}' is not supported.`)
}

/** A field that the object does not have, or that the caller may not see. */
export function noSuchColumn(name: string, entity: string): ApiError {
  return apiError(
    400,
    'INVALID_FIELD',
    `No such column '${name}' on entity '${entity}'. If you are attempting to use a custom field, ` +
      "be sure to append the '__c' after the custom field name. Please reference your WSDL or the " +
      'describe call for the appropriate names.',
  )
}

export function malformedQuery(message: string): ApiError {
  return apiError(400, 'MALFORMED_QUERY', message)
}

export function jsonParserError(message: string): ApiError {
  return apiError(400, 'JSON_PARSER_ERROR', message)
}
