import { expect, test } from 'vitest'
import type { Segment } from '../../connectors/connector.ts'
import type { Harness } from './harness.ts'

const SEGMENTS: readonly Segment[] = ['A', 'B'].map((value) => ({
  name: `Plumbline tier ${value}`,
  field: 'plumbline_tier',
  value,
}))

/** For a CRM in which we create the segments. */
export function describeSegments(harness: () => Harness): void {
  test('segments are created once', async () => {
    expect(await harness().connection.createSegments(SEGMENTS)).toBe(2)
    expect(await harness().connection.createSegments(SEGMENTS)).toBe(0)
  })
}

/** For a CRM into which the app's own package brings them. */
export function describePackagedSegments(harness: () => Harness): void {
  test('segments that come with the package are not created, and it says so', async () => {
    const refused = harness().connection.createSegments(SEGMENTS)
    await expect(refused).rejects.toMatchObject({ name: 'UserError' })
  })
}
