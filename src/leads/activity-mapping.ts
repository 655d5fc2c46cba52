import { z } from 'zod'
import type { ActivityAttributes } from './records.ts'

const SNAKE_CASE = /^[a-z][a-z0-9_]{0,99}$/
const ActivityName = z.string().refine((text) => SNAKE_CASE.test(text), {
  error: 'this cannot be the name of an activity type',
  params: { remedy: 'Write it in snake_case, for example demo_requested.' },
})
const AttributeName = z.string().refine((text) => SNAKE_CASE.test(text), {
  error: 'this cannot be the name of an attribute',
  params: { remedy: 'Write it in snake_case, for example product_line.' },
})
/** Compared without regard to case; `*` stands for any text, none included. */
const Glob = z.string().trim().min(1).max(200)

const FormRule = z.strictObject({
  name: Glob,
  is: ActivityName,
  attributes: z.record(AttributeName, z.union([z.string(), z.number(), z.boolean()])).optional(),
})
const PageRule = z.strictObject({ path: Glob, is: ActivityName })
const MeetingRule = z
  .strictObject({
    title: Glob.optional(),
    /** As the CRM's own choice is named; compared as a whole, without regard to case. */
    type: z.string().trim().min(1).max(200).optional(),
    is: ActivityName,
  })
  .refine(({ title, type }) => title !== undefined || type !== undefined, {
    error: 'this rule fits no meeting: it names neither a title nor a type',
    params: { remedy: 'Write for example title: "Discovery*".' },
  })

/** More than anybody keeps in order; every form and page is compared with each of them. */
const MOST_RULES = 500

/**
 * What a customer says about their own forms, pages and meetings: which activity each of them is. Read before
 * the connector's own rules, in order; the first rule that fits decides. Meetings: those that were held; what is
 * booked, missed or cancelled stays what it is.
 */
export const ActivityMapping = z.strictObject({
  forms: z.array(FormRule).max(MOST_RULES).optional(),
  pages: z.array(PageRule).max(MOST_RULES).optional(),
  meetings: z.array(MeetingRule).max(MOST_RULES).optional(),
})
export type ActivityMapping = z.infer<typeof ActivityMapping>

/** What a rule makes of something: the activity type, and attributes that it adds. */
export interface MappedActivity {
  readonly is: string
  readonly attributes?: ActivityAttributes | undefined
}

/** @param name of the form */
export function mappedForm({ forms }: ActivityMapping, name: string): MappedActivity | undefined {
  return forms?.find((rule) => matchesGlob(rule.name, name))
}

/** @param path of the page, without the query */
export function mappedPage({ pages }: ActivityMapping, path: string): MappedActivity | undefined {
  return pages?.find((rule) => matchesGlob(rule.path, path))
}

/** A meeting that was held, by its title and by the CRM's own type of meeting. */
export function mappedMeeting(
  { meetings }: ActivityMapping,
  title: string,
  type: string,
): MappedActivity | undefined {
  return meetings?.find(
    (rule) =>
      (rule.title === undefined || matchesGlob(rule.title, title)) &&
      (rule.type === undefined || rule.type.toLowerCase() === type.trim().toLowerCase()),
  )
}

/** Each part is looked for once, behind the one before: the time grows with the text, never with its square. */
function matchesGlob(glob: string, text: string): boolean {
  const subject = text.trim().toLowerCase()
  const [first = '', ...others] = glob.toLowerCase().split('*')
  const last = others.pop()
  if (last === undefined) return subject === first
  if (!subject.startsWith(first)) return false
  let at = first.length
  for (const part of others) {
    const found = subject.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return subject.length - last.length >= at && subject.endsWith(last)
}
