import { z } from 'zod'

/**
 * What a customer says about their own forms, pages and meetings: which activity each of them is. Read before
 * the connector's own rules, in order; the first rule that fits decides.
 */
export const ActivityMapping = z.strictObject({})
export type ActivityMapping = z.infer<typeof ActivityMapping>
