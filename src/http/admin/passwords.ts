import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { nameKey } from '../../store/admins.ts'
import { commonPasswords, isRun } from './common-passwords.ts'

/** What one try costs whoever tries. */
export interface Cost {
  /** Binary logarithm of scrypt's N. */
  readonly ln: number
  readonly r: number
  readonly p: number
}

/**
 * OWASP's first choice for scrypt: 128 * N * r = 128 MiB for 0.3 s or so. Whoever has the stolen table needs that
 * much memory for each guess that is to run beside others, which is what makes graphics cards of little use.
 */
const COST: Cost = { ln: 17, r: 8, p: 1 }
const SALT_BYTES = 16
const KEY_BYTES = 32

export const SHORTEST_PASSWORD = 12
/** Nobody types more; it bounds what is hashed. */
const LONGEST_PASSWORD = 256

/** Why a password is not taken, as a sentence; null when it is. Which kinds of characters it has is nobody's business. */
export function objectionTo(password: string, name: string): string | null {
  const length = [...password].length
  if (length < SHORTEST_PASSWORD) {
    return `The password has ${length} characters; it needs ${SHORTEST_PASSWORD} or more. Four or five words that have nothing to do with each other are good.`
  }
  if (length > LONGEST_PASSWORD) {
    return `The password has ${length} characters; ${LONGEST_PASSWORD} are enough.`
  }
  const folded = nameKey(password)
  if (folded === nameKey(name)) return 'The password must not be the name.'
  if (!commonPasswords().has(folded) && !isRun(folded)) return null
  return 'This password is one of those that are tried first. Choose one that nobody else has.'
}

/** Whether a password is right; `outdated` when it is, but was stored at other costs than today's. */
type Verdict = 'wrong' | 'right' | 'outdated'

export interface Passwords {
  /** What is stored: costs, salt and hash. */
  hash(password: string): Promise<string>
  /** Takes the same work whether or not there is something to compare with (null). */
  verify(password: string, stored: string | null): Promise<Verdict>
}

/** Too many passwords wait to be looked at. */
export class TooBusy extends Error {
  override readonly name = 'TooBusy'
}

/** Together they keep the last one waiting for about 5 s. */
const MOST_WAITING = 16

/** One at a time: each takes 128 MiB, and strangers decide how many there are. Further ones fail with TooBusy. */
export function createPasswords(): Passwords {
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (waiting >= MOST_WAITING) throw new TooBusy('too many passwords wait to be looked at')
    waiting += 1
    const turn = last.then(work).finally(() => {
      waiting -= 1
    })
    last = turn.catch(() => {})
    return turn
  }
  return {
    hash: (password) => inTurn(() => hashPassword(password, COST)),
    verify: (password, stored) => inTurn(() => verifyPassword(password, stored)),
  }
}

/** Hashes at given costs; in PHC's notation, so that it says itself how it was made. */
export async function hashPassword(password: string, cost: Cost): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  return written({ cost, salt, key: await derive(password, salt, cost) })
}

async function verifyPassword(password: string, stored: string | null): Promise<Verdict> {
  const { cost, salt, key } = stored === null ? nobodys() : read(stored)
  const same = timingSafeEqual(await derive(password, salt, cost), key)
  if (!same) return 'wrong'
  return cost.ln === COST.ln && cost.r === COST.r && cost.p === COST.p ? 'right' : 'outdated'
}

interface Hashed {
  readonly cost: Cost
  readonly salt: Buffer
  readonly key: Buffer
}

/** Of a name that does not exist: no password leads to random bytes. */
function nobodys(): Hashed {
  return { cost: COST, salt: randomBytes(SALT_BYTES), key: randomBytes(KEY_BYTES) }
}

function written({ cost: { ln, r, p }, salt, key }: Hashed): string {
  return `$scrypt$ln=${ln},r=${r},p=${p}$${salt.toString('base64')}$${key.toString('base64')}`
}

const WRITTEN = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/

function read(stored: string): Hashed {
  const [, ln, r, p, salt, key] = WRITTEN.exec(stored) ?? []
  if (!salt || !key) throw new Error('a stored password is not written as Plumbline writes them')
  const bytes = Buffer.from(key, 'base64')
  if (bytes.length !== KEY_BYTES) throw new Error('a stored password has a hash of another length')
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) }
  return { cost, salt: Buffer.from(salt, 'base64'), key: bytes }
}

function derive(password: string, salt: Buffer, { ln, r, p }: Cost): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const N = 2 ** ln
  // Node allows 32 MiB by itself; scrypt needs a little more than 128 * N * r.
  const maxmem = 2 * 128 * N * r
  // Two keyboards may write the same letter in two ways.
  scrypt(password.normalize('NFKC'), salt, KEY_BYTES, { N, r, p, maxmem }, (error, key) => {
    if (error) reject(error)
    else resolve(key)
  })
  return promise
}
