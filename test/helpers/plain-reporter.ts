import type { Reporter, TestModule } from 'vitest/node'

/** Ends the output with one line any tool can read: `4 passed, 0 failed, 0 skipped`. */
export default class PlainReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    for (const module of modules) {
      // A file that does not load, or a hook that throws, has errors but no failed test; neither is a pass.
      const suites = [...module.children.allSuites()]
      count.failed += [module, ...suites].filter((part) => part.errors().length > 0).length
      for (const test of module.children.allTests()) count[test.result().state] += 1
    }
    process.stdout.write(
      `${count.passed} passed, ${count.failed} failed, ${count.skipped + count.pending} skipped\n`,
    )
  }
}
