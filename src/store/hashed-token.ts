import { createHash } from 'node:crypto'

/** What is stored of a random token: whoever reads the table cannot use it. 128 random bits need no slow hash. */
export function hashedToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
