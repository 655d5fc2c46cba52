/** Which folder may import which: one rule per arrow of ARCHITECTURE.md. */
const LIBRARIES = '^node_modules/|^node:'

/** Names a rule that lets `from` import only itself, `allowed` and (where `libraries`) any package. */
function only(name, from, allowed, libraries = LIBRARIES) {
  return {
    name,
    severity: 'error',
    from: { path: from },
    to: { pathNot: [from, ...allowed, libraries].join('|'), dependencyTypesNot: ['core'] },
  }
}

const ERRORS = '^src/errors[.]ts$'
/** What traces are told with; it needs the interface of OpenTelemetry only. */
const TRACING = '^src/tracing/(spans|carried)[.]ts$'
const BASE = `^src/(leads/|errors[.]ts$|log(-redaction)?[.]ts$|clock[.]ts$|diagnostics[.]ts$)|${TRACING}`
const SCORING_PACKAGES = '^node_modules/(zod|yaml|re2js)/'

module.exports = {
  forbidden: [
    only(
      'leads-import-nothing',
      '^src/(leads/|errors[.]ts$|log(-redaction)?[.]ts$|clock[.]ts$)',
      [],
      '^node_modules/(zod|pino)/',
    ),
    {
      name: 'scoring-is-pure',
      severity: 'error',
      from: { path: '^src/scoring/' },
      // Of Node only the hash function: no file, clock, socket or process.
      to: { pathNot: `^src/(scoring|leads)/|${ERRORS}|${SCORING_PACKAGES}|^(node:)?crypto$` },
    },
    only('config-reads-models-only', '^config/', ['^src/scoring/', ERRORS]),
    only('connectors-know-no-store', '^connectors/', [BASE]),
    {
      name: 'connectors-do-not-know-each-other',
      severity: 'error',
      from: { path: '^connectors/([^/]+)/' },
      to: { path: '^connectors/([^/]+)/', pathNot: '^connectors/$1/' },
    },
    only('enrichment-is-derivation', '^src/enrichment/', [
      '^src/leads/',
      ERRORS,
      '^connectors/http[.]ts$',
    ]),
    only('store-knows-types-only', '^src/store/', [BASE, '^src/scoring/']),
    {
      name: 'store-takes-scoring-types-only',
      severity: 'error',
      from: { path: '^src/store/' },
      to: { path: '^src/scoring/', dependencyTypesNot: ['type-only'] },
    },
    only(
      'cards-are-uploaded-alone',
      '^crm-apps/',
      [],
      '^node_modules/(react|@hubspot/ui-extensions)/',
    ),
    only('metrics-only-look', '^src/metrics/', [BASE, '^src/(store|http)/']),
    only('postgres-knows-basics', '^src/postgres/', [BASE]),
    only(
      'tracing-needs-its-interface-only',
      TRACING,
      [ERRORS, '^src/diagnostics[.]ts$'],
      '^node_modules/@opentelemetry/api/',
    ),
    only('the-start-of-tracing-knows-basics', '^src/tracing/start[.]ts$', [BASE]),
    {
      name: 'only-main-starts-tracing',
      severity: 'error',
      from: { pathNot: '^(src/main[.]ts$|test/)' },
      to: { path: '^src/tracing/start[.]ts$' },
    },
    {
      name: 'only-the-start-of-tracing-loads-the-sdk',
      severity: 'error',
      from: { path: '^(src|connectors|jobs|config)/', pathNot: '^src/tracing/start[.]ts$' },
      to: { path: '^node_modules/@opentelemetry/', pathNot: '^node_modules/@opentelemetry/api/' },
    },
    only('jobs-know-no-front', '^jobs/', [
      BASE,
      '^src/(scoring|enrichment|store)/',
      '^connectors/',
      '^config/',
    ]),
    only('http-knows-queue-names-only', '^src/http/', [
      BASE,
      '^src/(scoring|store)/',
      '^connectors/',
      '^config/',
      '^jobs/queues[.]ts$',
    ]),
    {
      name: 'nobody-imports-the-roots',
      severity: 'error',
      from: { pathNot: '^(src/(cli|main)|test|bench|tools)' },
      to: { path: '^src/(cli/|main[.]ts$)' },
    },
    only('sandbox-shares-nothing', '^sandbox/', []),
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    // Runs inside Salesforce, whose modules are nowhere else.
    exclude: { path: '/lwc/plumblineScore/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
}
