import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { UserError } from '../errors.ts'

/** Encrypts small texts at rest. */
export interface SecretBox {
  /** @param owner whose text it is; a box opens for nobody else */
  seal(text: string, owner: string): Buffer
  /** @throws UserError when it was sealed under other secrets or for another owner, or tampered with */
  open(sealed: Buffer, owner: string): string
  /** Whether a box is as `seal` would make it now: in today's form and under the present secret. */
  isCurrent(sealed: Buffer): boolean
}

/** Everything that follows from one secret. */
interface Keys {
  /** What a box begins with: its form and which secret's it is. Says nothing about the keys. */
  readonly header: Buffer
  readonly bound: Buffer
  /** Of boxes from before they had a header and an owner. */
  readonly unbound: Buffer
}

const FORM = 2
const KEY_ID_BYTES = 8
const NONCE_BYTES = 12 // the size GCM is specified for (NIST SP 800-38D)
const TAG_BYTES = 16
const NOTHING = Buffer.alloc(0)

/**
 * AES-256-GCM under keys derived from the operator's secret. Layout: form, key id, nonce, tag, ciphertext; form, key
 * id and owner are authenticated with it. What was sealed before there were forms (nonce, tag, ciphertext; of no
 * owner) still opens.
 * @param previous the former secret while it is being replaced: opens, but never seals
 */
export function createSecretBox(secret: string, previous?: string): SecretBox {
  const current = keysOf(secret)
  const known = previous === undefined ? [current] : [current, keysOf(previous)]
  return {
    seal: (text, owner) =>
      Buffer.concat([current.header, encrypt(current.bound, text, boundTo(current, owner))]),
    open(sealed, owner) {
      const keys = known.find(({ header }) => begins(sealed, header))
      const text = keys
        ? decrypt(keys.bound, sealed.subarray(keys.header.length), boundTo(keys, owner))
        : openUnbound(known, sealed)
      if (text === null) throw unreadable()
      return text
    },
    isCurrent: (sealed) => begins(sealed, current.header),
  }
}

function keysOf(secret: string): Keys {
  const derive = (use: string, bytes: number) =>
    Buffer.from(hkdfSync('sha256', secret, '', use, bytes))
  return {
    header: Buffer.concat([Buffer.from([FORM]), derive('plumbline key id', KEY_ID_BYTES)]),
    bound: derive('plumbline tokens v2', 32),
    unbound: derive('plumbline tokens v1', 32),
  }
}

/** A box without a header begins with a random nonce: that it looks like one of two headers by chance is 1 in 2^71. */
function begins(sealed: Buffer, header: Buffer): boolean {
  return sealed.subarray(0, header.length).equals(header)
}

function boundTo({ header }: Keys, owner: string): Buffer {
  return Buffer.concat([header, Buffer.from(owner)])
}

function openUnbound(known: readonly Keys[], sealed: Buffer): string | null {
  for (const { unbound } of known) {
    const text = decrypt(unbound, sealed, NOTHING)
    if (text !== null) return text
  }
  return null
}

function encrypt(key: Buffer, text: string, authenticated: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(authenticated)
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

/** Null when it does not open. */
function decrypt(key: Buffer, packed: Buffer, authenticated: Buffer): string | null {
  const nonce = packed.subarray(0, NONCE_BYTES)
  const tag = packed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES)
  // Node takes shorter tags for genuine, which are easier to guess.
  if (tag.length !== TAG_BYTES) return null
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(authenticated)
    decipher.setAuthTag(tag)
    const body = packed.subarray(NONCE_BYTES + TAG_BYTES)
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
  } catch {
    return null
  }
}

function unreadable(): UserError {
  return new UserError(
    'Stored CRM tokens cannot be read: PLUMBLINE_SECRET is not the one they were stored under, or they are of another installation. Set the old secret as PLUMBLINE_SECRET_PREVIOUS, or install the app again.',
  )
}
