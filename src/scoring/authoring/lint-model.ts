import { formatPath, formatProblem } from '../language/model-problem.ts'
import type { Model } from '../language/parse.ts'
import { readYaml } from '../language/yaml-source.ts'
import { BAND_RULES } from './lint/band-rules.ts'
import { CONDITION_RULES } from './lint/condition-rules.ts'
import { NAME_RULES } from './lint/name-rules.ts'
import { NEGATIVE_RULES } from './lint/negative-rules.ts'
import { PRACTICE_RULES } from './lint/practice-rules.ts'
import { reachOf } from './lint/reach.ts'
import type { Flaw, Rule, Severity } from './lint/rule.ts'
import { SIGNAL_RULES } from './lint/signal-rules.ts'
import { THRESHOLD_RULES } from './lint/threshold-rules.ts'
import { TIME_RULES } from './lint/time-rules.ts'
import { COMMON_VOCABULARY, type Vocabulary } from './vocabulary.ts'

/** Something about a valid model that is likely not what its author wants. */
export interface LintFinding {
  /** In kebab case: `unreachable-tier`. */
  readonly rule: string
  readonly severity: Severity
  readonly message: string
  readonly remedy: string
  /** For example `signals[2].decay`. */
  readonly path: string
  /** The file, line and column (from 1) are there when the text was given. */
  readonly file?: string
  readonly line?: number
  readonly column?: number
}

export interface LintOptions {
  /** What fields, activity types and words to expect; by default what the connectors and enrichment supply. */
  readonly vocabulary?: Vocabulary
  /** The YAML that the model was read from; findings then say where in it they stand. */
  readonly text?: string
  readonly file?: string
}

const RULES: readonly Rule[] = [
  ...THRESHOLD_RULES,
  ...CONDITION_RULES,
  ...SIGNAL_RULES,
  ...BAND_RULES,
  ...TIME_RULES,
  ...NEGATIVE_RULES,
  ...NAME_RULES,
  ...PRACTICE_RULES,
]

/** Every rule's name and severity, for documentation. */
export function lintRules(): readonly Pick<Rule, 'name' | 'severity'>[] {
  return RULES.map(({ name, severity }) => ({ name, severity }))
}

/**
 * What is probably a mistake (warning) or worth a second look (hint) in a model without problems. With the
 * text the findings come in its order, otherwise in the order of the rules. Never throws.
 */
export function lintModel({ document }: Model, options: LintOptions = {}): LintFinding[] {
  const { vocabulary = COMMON_VOCABULARY, text, file } = options
  const subject = { document, vocabulary, reach: reachOf(document, vocabulary) }
  const place = placing(text, file)
  const findings = RULES.flatMap(({ name, severity, check }) =>
    check(subject).map((flaw): LintFinding => ({ rule: name, severity, ...place(flaw) })),
  )
  return findings.toSorted(
    (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  )
}

type Placed = Omit<LintFinding, 'rule' | 'severity'>

function placing(text: string | undefined, file: string | undefined): (flaw: Flaw) => Placed {
  const yaml = text === undefined ? undefined : readYaml(text, file)
  if (!yaml?.ok) return ({ path, ...rest }) => ({ ...rest, path: formatPath(path) })
  return (flaw) => ({ ...yaml.source.problemAt(flaw), remedy: flaw.remedy })
}

/** `models/mine.yaml:12:5: warning: signals[2].decay: … Remedy. (no-decay)` on one line. */
export function formatFinding(finding: LintFinding): string {
  const { rule, severity, line = 1, column = 1, message, ...rest } = finding
  const subject = rest.path === '' ? '' : `${rest.path}: `
  const placed = { ...rest, line, column, path: '', message: `${severity}: ${subject}${message}` }
  return `${formatProblem(placed)} (${rule})`
}
