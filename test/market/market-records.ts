import type { generateMarket } from '../../sandbox/market/generate.ts'

type Market = ReturnType<typeof generateMarket>
export type MarketRecord = Market extends Iterable<infer T> ? T : never

export const NOW = Date.UTC(2026, 10, 21, 9, 30)

export function isLive(record: MarketRecord): boolean {
  return record.archivedAt === undefined && record.mergedInto === undefined
}

export function ofType(
  records: Iterable<MarketRecord>,
  type: MarketRecord['type'],
): readonly MarketRecord[] {
  return [...records].filter((record) => record.type === type)
}
