/**
 * Mutation testing: each set changes the sources of one concern in every small way that a mistake could, and counts
 * which changes a test notices. A set is run with
 *
 *   npm run mutation -- test/mutation/signatures.config.ts
 *
 * and leaves `coverage/mutation/NAME.html` and `.json`. A second run tries only what has changed since; `--force` tries
 * everything again, `--mutate src/store/due.ts` one file.
 */
const OUTPUT = 'coverage/mutation'

/** What all sets have in common. */
export function mutationOptions(name: string, mutate: readonly string[]) {
  return {
    mutate: [...mutate],
    plugins: ['@stryker-mutator/vitest-runner'],
    testRunner: 'vitest',
    vitest: { configFile: `test/mutation/${name}.vitest.config.ts`, related: false },
    coverageAnalysis: 'perTest',
    // Stryker rewrites it with the API of the former TypeScript, which ours has not; ours needs no rewriting.
    tsconfigFile: 'none',
    // Static mutants are those of what is done once, while a file is loaded: each would have to run every test.
    ignoreStatic: true,
    // One after the other: the tests of a database and of a queue measure times.
    concurrency: 1,
    timeoutMS: 10_000,
    dryRunTimeoutMinutes: 10,
    reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
    // The files say the rest; a screen cannot.
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    htmlReporter: { fileName: `${OUTPUT}/${name}.html` },
    jsonReporter: { fileName: `${OUTPUT}/${name}.json` },
    incremental: true,
    incrementalFile: `${OUTPUT}/${name}.incremental.json`,
    tempDirName: `${OUTPUT}/sandbox-${name}`,
    cleanTempDir: 'always',
    ignorePatterns: ['.plumbline', 'coverage', 'bench', 'crm-apps'],
    thresholds: { high: 95, low: 85, break: 85 },
    allowConsoleColors: false,
  }
}
