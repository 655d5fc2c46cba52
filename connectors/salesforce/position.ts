import { z } from 'zod'
import { to18 } from './ids.ts'

const RecordId = z.string().refine((text) => to18(text) !== undefined)

/** After the last record of a page of changes. */
export const ChangesPosition = z.object({
  at: z.iso.datetime().transform((text) => new Date(text)),
  id: RecordId,
})

/** After the last record of a page of a list. */
const PagePosition = z.object({
  lastId: RecordId,
  /** 1 when it has been decided how to read the rest. */
  planned: z.literal([0, 1]),
})

/** In the results of a query job that reads everything behind `lastId`. */
const JobPosition = z.object({
  lastId: RecordId,
  job: z.string().min(1),
  /** In ms. */
  begunAt: z.number(),
  /** Absent before the first page. */
  locator: z.string().min(1).exactOptional(),
  /** The last id so far; absent where ids were out of order, and no gap can be told any more. */
  readTo: RecordId.exactOptional(),
})
export type JobPosition = z.infer<typeof JobPosition>

export const ListPosition = z.union([JobPosition, PagePosition])
