import type { z } from 'zod'
import { UserError } from '../../src/errors.ts'
import type { Position } from '../page.ts'

/** A saved position in the shape that this stream writes. */
export function parsePosition<T>(schema: z.ZodType<T>, position: Position): T {
  const parsed = schema.safeParse(position)
  if (parsed.success) return parsed.data
  throw new UserError('The saved sync position is not one of HubSpot; start this stream again')
}
