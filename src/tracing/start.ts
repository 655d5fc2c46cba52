import { type Context, context, DiagLogLevel, diag, TraceFlags, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'

/** Where traces go. */
export interface TracingSettings {
  /** Of an OpenTelemetry collector, OTLP over HTTP; `/v1/traces` is added. */
  readonly endpoint: string
  /** Which share of them, 0 to 1; the ways of a record are told whole or not at all. */
  readonly ratio: number
}

/** One export with its repetitions. Nobody waits for it but the end of the process. */
const EXPORT_WITHIN_MS = 3_000
const WARN_EVERY_MS = 10 * 60_000

/**
 * Has the spans of this process sent to a collector, in batches and beside the work. What a collector that is away
 * does not take is dropped.
 * @param role tells the processes apart
 * @returns the function that sends what is left, 3 s at the most, and ends it
 */
export function startTracing(
  { endpoint, ratio }: TracingSettings,
  role: string,
  log: Log,
  clock: Clock,
): () => Promise<void> {
  const url = `${endpoint.replace(/\/$/, '')}/v1/traces`
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: EXPORT_WITHIN_MS })
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'plumbline', 'plumbline.role': role }),
    sampler: new ParentBasedSampler({ root: linkedOrChosen(ratio) }),
    spanProcessors: [new BatchSpanProcessor({ exporter, exportTimeoutMillis: EXPORT_WITHIN_MS })],
  })
  const warn = nowAndThen(clock, () =>
    log.warn('traces do not reach the collector; they are dropped'),
  )
  hearOfTrouble(warn)
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(provider)
  return async () => {
    await provider.shutdown().catch(warn)
    trace.disable()
    context.disable()
    diag.disable()
  }
}

/** A batch that stands in the way of a chosen trace is told, too: without it the way would end there. */
function linkedOrChosen(ratio: number): Sampler {
  const byRatio = new TraceIdRatioBasedSampler(ratio)
  return {
    shouldSample(parent: Context, traceId, _name, _kind, _attributes, links) {
      const isWanted = links.some(({ context: { traceFlags } }) => traceFlags & TraceFlags.SAMPLED)
      if (isWanted) return { decision: SamplingDecision.RECORD_AND_SAMPLED }
      return byRatio.shouldSample(parent, traceId)
    },
    toString: () => `LinkedOr{${byRatio.toString()}}`,
  }
}

function nowAndThen(clock: Clock, work: () => void): () => void {
  let quietUntil = 0
  return () => {
    const now = clock.now().getTime()
    if (now < quietUntil) return
    quietUntil = now + WARN_EVERY_MS
    work()
  }
}

/** The library tells every failed export with the collector's own words: those are not for the log. */
function hearOfTrouble(warn: () => void): void {
  const ignore = () => {}
  const logger = { error: warn, warn, info: ignore, debug: ignore, verbose: ignore }
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true })
}
