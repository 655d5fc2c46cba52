import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { UserError } from '../errors.ts'

/** Encrypts small texts at rest. */
export interface SecretBox {
  seal(text: string): Buffer
  /** @throws UserError when the box was sealed under another secret or tampered with */
  open(sealed: Buffer): string
}

const NONCE_BYTES = 12 // the size GCM is specified for (NIST SP 800-38D)
const TAG_BYTES = 16

/** AES-256-GCM under a key derived from the operator's secret. Layout: nonce, tag, ciphertext. */
export function createSecretBox(secret: string): SecretBox {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'plumbline tokens v1', 32))
  return {
    seal(text) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), body])
    },
    open(sealed) {
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES))
        decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
        const body = sealed.subarray(NONCE_BYTES + TAG_BYTES)
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
      } catch (error) {
        throw new UserError(
          'Stored CRM tokens cannot be read: PLUMBLINE_SECRET is not the one they were stored under. Set the old one, or install the app again.',
          { cause: error },
        )
      }
    },
  }
}
