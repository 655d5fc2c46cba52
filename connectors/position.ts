import type { z } from 'zod'
import { UserError } from '../src/errors.ts'
import type { Position } from './page.ts'

/**
 * A saved position in the shape that this stream writes.
 * @param crm as people call it
 * @throws UserError for any other
 */
export function parsePosition<T>(crm: string, schema: z.ZodType<T>, position: Position): T {
  const parsed = schema.safeParse(position)
  if (parsed.success) return parsed.data
  throw new UserError(`The saved sync position is not one of ${crm}; start this stream again`)
}
