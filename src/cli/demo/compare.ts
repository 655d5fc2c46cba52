import { z } from 'zod'
import type { Plumbline } from '../../main.ts'
import type { Result } from '../../scoring/result.ts'
import type { Installation } from '../../store/installations.ts'
import { peoplePages } from '../../store/people-pages.ts'
import { factsOf, scoringInputs } from '../../store/scoring-inputs.ts'
import type { SandboxProcess } from './sandbox-process.ts'

/** One installation with the look-alike that it is connected to. */
export interface Side {
  readonly installation: Installation
  readonly portal: SandboxProcess
}

/** What is compared; all of it must be the same for the same person. */
const COMPARED = ['score', 'grade', 'tier', 'reasons'] as const
type Compared = (typeof COMPARED)[number]

/** The same people in two CRMs, all scored as of one moment from what each CRM told. */
export interface Comparison {
  /** Live in both. */
  readonly people: number
  /** In how many people each differs. */
  readonly differences: Readonly<Record<Compared, number>>
  /** The first few who differ, in words. */
  readonly examples: readonly string[]
}

/** The look-alike org knows which of the market's people each of its records is. */
const Keys = z.array(z.object({ id: z.string(), key: z.string() }))

const MOST_EXAMPLES = 10

/** People scored together; bounds the memory. */
const PAGE = 500

/**
 * Compares the people who are in both CRMs. They are scored as of the same moment: the ones that are written were
 * scored seconds or minutes apart, and interest fades meanwhile.
 */
export async function compareSides(
  plumbline: Plumbline,
  [hubspot, salesforce]: readonly [Side, Side],
): Promise<Comparison> {
  const asOf = plumbline.deps.clock.now()
  const ours = await scoredNow(plumbline, hubspot.installation, asOf)
  const keys = new Map((await readKeys(salesforce.portal)).map(({ id, key }) => [id, key]))
  const theirs = await scoredNow(plumbline, salesforce.installation, asOf)
  const differences: Record<Compared, number> = { score: 0, grade: 0, tier: 0, reasons: 0 }
  const examples: string[] = []
  let people = 0
  for (const [id, there] of theirs) {
    const here = ours.get(keys.get(id) ?? '')
    if (!here) continue
    people += 1
    for (const name of COMPARED) {
      if (JSON.stringify(here[name]) === JSON.stringify(there[name])) continue
      differences[name] += 1
      examples.push(
        `${name} of ${keys.get(id)}: ${textOf(here[name])} in HubSpot, ${textOf(there[name])} in Salesforce (${id})`,
      )
    }
  }
  return { people, differences, examples: examples.slice(0, MOST_EXAMPLES) }
}

async function readKeys({ url }: SandboxProcess): Promise<z.infer<typeof Keys>> {
  const answer = await fetch(`${url}/__keys`, { signal: AbortSignal.timeout(60_000) })
  return Keys.parse(await answer.json())
}

async function scoredNow(
  { db, deps }: Plumbline,
  { id }: Installation,
  asOf: Date,
): Promise<ReadonlyMap<string, Pick<Result, Compared>>> {
  const scorer = await deps.scorer(id)
  const results = new Map<string, Pick<Result, Compared>>()
  for await (const page of peoplePages(db, id, PAGE)) {
    for (const input of await scoringInputs(db, id, page)) {
      const { score, grade, tier, reasons } = scorer.score(factsOf(input), asOf)
      results.set(input.id, { score, grade, tier, reasons })
    }
  }
  return results
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
