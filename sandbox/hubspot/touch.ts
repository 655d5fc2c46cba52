import { z } from 'zod'
import type { Answer } from './endpoint.ts'
import { invalid } from './errors.ts'
import { Inputs } from './input.ts'
import { RECORD_TYPES } from './record.ts'
import type { Store } from './store.ts'

/** What the portal's own bulk jobs do: any number of records get one modification time. */
export const Touch = z.strictObject({
  op: z.literal('touch'),
  type: z.enum(RECORD_TYPES),
  ids: z.array(Inputs.id).optional(),
  all: z.literal(true).optional(),
  at: z.number().optional(),
})

/** Stamps live records; no property changes, so nobody is told. */
export function touch(store: Store, wanted: z.infer<typeof Touch>, now: number): Answer {
  if ((wanted.ids === undefined) === (wanted.all === undefined))
    throw invalid('touch needs either ids or all: true')
  const { changes } = store
    .sql(
      `update object set updated_at = ?1
       where type = ?2 and archived_at is null and merged_into is null
         and (?3 is null or id in (select cast(value as integer) from json_each(?3)))`,
    )
    .run(
      wanted.at ?? now,
      wanted.type,
      wanted.ids === undefined ? null : JSON.stringify(wanted.ids),
    )
  return { status: 200, body: { touched: Number(changes) } }
}
