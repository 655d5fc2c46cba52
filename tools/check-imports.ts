/**
 * Checks who imports whom. dependency-cruiser answers "no violations" when its parser is missing and it
 * has seen nothing at all, so every source file must be among the modules it reports.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { z } from 'zod'

const ROOTS = [
  'src',
  'connectors',
  'jobs',
  'config',
  'sandbox',
  'test',
  'bench',
  'tools',
  'crm-apps',
]

const Cruise = z.object({
  modules: z.array(z.object({ source: z.string() })),
  summary: z.object({
    error: z.number(),
    totalCruised: z.number(),
    violations: z.array(
      z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) }),
    ),
  }),
})

const files = ROOTS.flatMap((root) => globSync(`${root}/**/*.{ts,tsx}`))
const roots = ROOTS.filter((root) => files.some((file) => file.startsWith(`${root}/`)))
const run = spawnSync(
  'depcruise',
  [...roots, '--config', '.dependency-cruiser.cjs', '--output-type', 'json'],
  { encoding: 'utf8', maxBuffer: 1e8 },
)
if (!run.stdout) throw new Error(`dependency-cruiser printed nothing: ${run.stderr}`)

const { modules, summary } = Cruise.parse(JSON.parse(run.stdout))
const seen = new Set(modules.map((module) => module.source))
const missed = files.filter((file) => !seen.has(file))

for (const { from, to, rule } of summary.violations) {
  process.stdout.write(`${rule.name}: ${from} → ${to}\n`)
}
for (const file of missed) process.stdout.write(`not looked at: ${file}\n`)
process.stdout.write(
  `imports: ${seen.size} modules, ${files.length} of our files, ${summary.error} violations, ${missed.length} missed\n`,
)
if (summary.totalCruised === 0 || missed.length > 0 || summary.error > 0) process.exitCode = 1
