import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileModel } from '../../src/scoring/engine/compile.ts'
import { runNode } from '../helpers/cli.ts'
import { modelFrom, richDocuments, richPeople } from './generated.ts'
import { AS_OF } from './models.ts'

const SCORE_CASES = new URL('./score-cases.ts', import.meta.url)

test('another process comes to the same bytes', async () => {
  const cases = fc.sample(fc.tuple(richDocuments, richPeople()), 500)
  const texts = cases.map(([document, facts]) =>
    JSON.stringify(compileModel(modelFrom(document)).score(facts, AS_OF)),
  )
  const folder = await mkdtemp(path.join(os.tmpdir(), 'plumbline-bytes-'))
  const file = path.join(folder, 'cases.json')
  await writeFile(file, JSON.stringify({ asOf: AS_OF, cases }))
  const { code, stdout, stderr } = await runNode(fileURLToPath(SCORE_CASES), [file]).ended
  await rm(folder, { recursive: true })
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout.trimEnd().split('\n')).toEqual(texts)
})
