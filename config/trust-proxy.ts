import { isIP } from 'node:net'
import { z } from 'zod'

/** How many proxies stand in front of us, or which. */
export type TrustedProxies = number | readonly string[]

/** Names for the addresses of private networks, as Express knows them. */
const NETWORKS: readonly string[] = ['loopback', 'linklocal', 'uniquelocal']
const LONGEST_PREFIX: Readonly<Record<number, number>> = { 4: 32, 6: 128 }

/** A number of proxies, or addresses and networks with commas between. There is no word for "whoever asks". */
export const TrustProxy = z
  .string()
  .transform(
    (text): TrustedProxies =>
      /^[1-9]$/.test(text) ? Number(text) : text.split(',').map((each) => each.trim()),
  )
  .refine((trusted) => typeof trusted === 'number' || trusted.every(isNetwork), {
    message:
      'must be the number of proxies in front (1 to 9), or their addresses or networks, such as 10.0.0.0/8,::1',
  })

function isNetwork(text: string): boolean {
  if (NETWORKS.includes(text)) return true
  const [address = '', bits, ...rest] = text.split('/')
  const longest = LONGEST_PREFIX[isIP(address)]
  if (longest === undefined || rest.length > 0) return false
  if (bits === undefined) return true
  // A prefix of 0 bits is everybody.
  return /^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= longest
}
