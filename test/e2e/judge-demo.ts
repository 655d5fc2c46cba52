/**
 * Judges the portal a demo left behind: `node test/e2e/judge-demo.ts --data DIR [--people N] [--seed N] [--csv FILE]`,
 * with the options the demo was given. Ends 1 when a single value differs.
 */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { SANDBOX_APP, startSandbox } from '../../src/cli/demo/sandbox-process.ts'
import { compileAccounts } from '../../src/scoring/accounts/compile-accounts.ts'
import { compileModel } from '../../src/scoring/engine/compile.ts'
import { parseModel } from '../../src/scoring/language/parse.ts'
import { judgePortal } from './oracle.ts'

/** Just inside 110 calls per 10 seconds. */
const PACE_MS = 92

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '.plumbline' },
    people: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '1' },
    csv: { type: 'string', multiple: true, default: [] },
    model: { type: 'string', default: 'config/models/b2b-starter.yaml' },
  },
})
const parsed = parseModel(await readFile(values.model, 'utf8'), values.model)
if (!parsed.ok) throw new Error(`${values.model} is not a valid model`)
const scorer = compileModel(parsed.model)
const accounts = compileAccounts(parsed.model)
if (!accounts) throw new Error(`${values.model} says nothing about accounts`)
const sandbox = await startSandbox(
  path.join(path.resolve(values.data), 'sandbox'),
  { people: Number(values.people), seed: Number(values.seed), csv: values.csv },
  { onProgress: () => {}, onNote: () => {} },
)
try {
  const judges = { scorer, accounts }
  const verdict = await judgePortal(sandbox.url, SANDBOX_APP, judges, PACE_MS)
  for (const difference of verdict.differences.slice(0, 20)) process.stdout.write(`${difference}\n`)
  process.stdout.write(
    `${verdict.contacts} live contacts, ${verdict.companies} companies, ${verdict.archived} archived contacts, ${verdict.differences.length} differences\n`,
  )
  if (verdict.differences.length > 0) process.exitCode = 1
} finally {
  await sandbox.stop()
}
