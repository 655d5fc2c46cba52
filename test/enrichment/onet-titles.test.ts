import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { readTitle } from '../../src/enrichment/title.ts'
import type { JobFunction } from '../../src/enrichment/vocabulary.ts'

/** O*NET alternate titles (O*NET database, USDOL/ETA, CC BY 4.0), kept beside the checkout and never inside. */
const FILE = new URL('../../../shared/data/titles/onet_alternate_titles.csv.gz', import.meta.url)
const Rows = z.array(z.object({ alternate_title: z.string(), department: z.string() }))

/**
 * The file's departments come from occupation codes, in which software is IT. Departments of other
 * trades (Healthcare, Education…) have no counterpart. Its Customer Support is clerks of every kind,
 * loan and court clerks among them, and says nothing about support in a software company.
 */
const MEANT: Readonly<Record<string, readonly JobFunction[]>> = {
  Data: ['data', 'research'],
  Engineering: ['engineering'],
  Executive: ['executive', 'operations'],
  Finance: ['finance'],
  HR: ['hr'],
  IT: ['it', 'engineering', 'data'],
  Legal: ['legal'],
  Marketing: ['marketing'],
  Operations: ['operations'],
  Procurement: ['procurement'],
  Sales: ['sales'],
}

interface Measured {
  readonly titles: number
  readonly withFunction: number
  readonly withSeniority: number
  readonly compared: number
  readonly agreement: number
}

function measure(): Measured {
  const rows = Rows.parse(parse(gunzipSync(readFileSync(FILE)), { columns: true }))
  const read = rows.map((row) => ({
    ...readTitle(row.alternate_title),
    meant: MEANT[row.department],
  }))
  const compared = read.flatMap(({ jobFunction, meant }) =>
    jobFunction === undefined || meant === undefined ? [] : [meant.includes(jobFunction)],
  )
  return {
    titles: rows.length,
    withFunction: read.filter(({ jobFunction }) => jobFunction !== undefined).length / rows.length,
    withSeniority: read.filter(({ seniority }) => seniority !== undefined).length / rows.length,
    compared: compared.length,
    agreement: compared.filter(Boolean).length / compared.length,
  }
}

test('most O*NET titles with a function get the one of their department', () => {
  if (!existsSync(FILE)) {
    process.stderr.write(
      `\nNOT RUN: agreement with O*NET titles was not measured, ${FILE.pathname} is not there.\n`,
    )
    return
  }
  const measured = measure()
  process.stderr.write(`\nO*NET titles: ${JSON.stringify(measured)}\n`)
  // Measured: agreement 0.794, function 0.184, seniority 0.529 (most of these are trades outside our functions).
  expect(measured.titles).toBeGreaterThan(60_000)
  expect(measured.agreement).toBeGreaterThan(0.78)
  expect(measured.withFunction).toBeGreaterThan(0.17)
  expect(measured.withSeniority).toBeGreaterThan(0.5)
})
