import { crc32 } from 'node:zlib'
import { streamBounds } from './event-table.ts'
import type { Org } from './org.ts'

const LENGTH = 12

function checksum(place: Buffer, orgId: string): number {
  return crc32(place, crc32(orgId))
}

/** A place in the stream as subscribers keep it: bytes that say nothing, and are of one org only. */
export function replayIdOf({ app }: Pick<Org, 'app'>, seq: number): Buffer {
  const bytes = Buffer.alloc(LENGTH)
  bytes.writeBigUInt64BE(BigInt(seq))
  bytes.writeUInt32BE(checksum(bytes.subarray(0, 8), app.orgId), 8)
  return bytes
}

/** The place that a replay id means; undefined when it is damaged, another org's, or too old. */
export function placeOf(org: Pick<Org, 'app' | 'store'>, replayId: Uint8Array): number | undefined {
  const bytes = Buffer.from(replayId)
  if (bytes.length !== LENGTH) return undefined
  if (bytes.readUInt32BE(8) !== checksum(bytes.subarray(0, 8), org.app.orgId)) return undefined
  const seq = Number(bytes.readBigUInt64BE())
  const { last, purged } = streamBounds(org.store)
  const isForgotten = purged > 0 && seq <= purged
  return isForgotten || seq > last ? undefined : seq
}
