import { parseQuery, type Query } from '@jetstreamapp/soql-parser-js'
import { apiError, malformedQuery } from './errors.ts'

const LENGTH_MAX = 100_000

/**
 * Parses a SOQL text.
 * @throws ApiError 400 MALFORMED_QUERY
 */
export function parseSoql(text: string): Query & { sObject: string } {
  if (text.trim() === '') throw malformedQuery('SOQL statement is missing')
  if (text.length > LENGTH_MAX)
    throw apiError(
      400,
      'QUERY_TOO_COMPLICATED',
      `SOQL statements cannot be longer than ${LENGTH_MAX} characters.`,
    )
  let query: Query
  try {
    query = parseQuery(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n').at(-1) : ''
    throw malformedQuery(`unexpected token: ${reason ?? ''}`)
  }
  const { sObject } = query
  if (!sObject) throw malformedQuery('a FROM clause is needed')
  return { ...query, sObject }
}
