import { z } from 'zod'

/** So many webhooks per second for a while, at even distances, each with `batch` events of one portal. */
export const Step = z.object({
  url: z.string(),
  clientSecret: z.string(),
  rate: z.number(),
  seconds: z.number(),
  batch: z.number(),
  portals: z.array(z.number()),
  /** Contacts per portal; their ids begin with `firstContact`. */
  people: z.number(),
  firstContact: z.number(),
  /** Its events count from here, so that none of two steps are alike. */
  firstEvent: z.number(),
})
export type Step = z.infer<typeof Step>

/** What became of a step. Times in milliseconds, from the moment a webhook should have been sent. */
export const StepResult = z.object({
  sent: z.number(),
  accepted: z.number(),
  refused: z.number(),
  /** Without any answer. */
  failed: z.number(),
  p50: z.number(),
  p99: z.number(),
  max: z.number(),
  /** From the first intended moment to the last answer. */
  tookMs: z.number(),
  /** How late the sender itself was at the most; what it adds to the times above. */
  senderLateMs: z.number(),
})
export type StepResult = z.infer<typeof StepResult>
