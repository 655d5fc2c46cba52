import { z } from 'zod'

/** A property value as callers send it; null and the empty string both clear the property. */
const Value = z
  .union([z.string(), z.number(), z.boolean(), z.null()])
  .transform((value) => (value === null ? '' : String(value)))

const id = z.union([z.string(), z.number()]).transform(String)
const properties = z.record(z.string(), Value)

const create = z.object({
  properties: properties.default({}),
  associations: z
    .array(
      z.object({
        to: z.object({ id }),
        types: z.array(z.object({ associationTypeId: z.number() })).min(1),
      }),
    )
    .default([]),
  objectWriteTraceId: z.string().optional(),
})

/** The parts of which object requests are made. */
export const Inputs = { id, properties, create }

export type CreateInput = z.infer<typeof create>
