import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCsvMarket } from '../../sandbox/market/csv.ts'
import type { CsvProblem } from '../../sandbox/market/csv-problem.ts'
import type { MarketRecord } from './market-records.ts'
import { NOW } from './market-records.ts'

/** A directory of its own for the files of one test file. */
export interface CsvFolder {
  write(name: string, content: string | Uint8Array): string
  remove(): void
}

export function createCsvFolder(): CsvFolder {
  const folder = mkdtempSync(join(tmpdir(), 'csv-market-'))
  return {
    write(name, content) {
      const file = join(folder, name)
      writeFileSync(file, content)
      return file
    },
    remove: () => rmSync(folder, { recursive: true }),
  }
}

export interface Reading {
  readonly records: MarketRecord[]
  readonly notes: string[]
}

export async function readAll(...files: string[]): Promise<Reading> {
  const notes: string[] = []
  const records: MarketRecord[] = []
  const market = readCsvMarket(files, { now: NOW, onNote: (text) => notes.push(text) })
  for await (const record of market) records.push(record)
  return { records, notes }
}

/** What reading the files fails with. */
export async function problemOf(...files: string[]): Promise<CsvProblem | unknown> {
  try {
    await readAll(...files)
  } catch (error) {
    return error
  }
  return undefined
}
