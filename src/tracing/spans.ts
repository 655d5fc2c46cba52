import {
  type Attributes,
  type Context,
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { errorKind } from '../diagnostics.ts'
import { carrying, linksTo, sharedTrace, type Traced } from './carried.ts'

/** Adds to what a span says. Never an id, a name or a text of anybody else's: spans leave this machine. */
export type Note = (attributes: Attributes) => void

/**
 * Runs `work` as a part of the work under way. Where none is traced it just runs: pollers and the command line make
 * no traces.
 */
export function inStep<T>(
  name: string,
  attributes: Attributes,
  work: (note: Note) => Promise<T>,
  kind = SpanKind.INTERNAL,
): Promise<T> {
  const active = context.active()
  if (trace.getSpan(active) === undefined) return work(ignore)
  const span = tracer().startSpan(name, { attributes, kind }, active)
  return runIn(trace.setSpan(active, span), span, work)
}

/** The same for what is asked of another server. */
export function inCall<T>(
  name: string,
  attributes: Attributes,
  work: (note: Note) => Promise<T>,
): Promise<T> {
  return inStep(name, attributes, work, SpanKind.CLIENT)
}

/** Runs `work` as the beginning of a trace of its own, which what it marks due carries on. */
export function inRequest<T>(
  name: string,
  attributes: Attributes,
  work: (note: Note) => Promise<T>,
): Promise<T> {
  const span = tracer().startSpan(name, { attributes, kind: SpanKind.SERVER, root: true })
  return runIn(withMarks(ROOT_CONTEXT, span), span, work)
}

/**
 * Runs `work` on claims. Where all of them came by one trace it goes on there; else it is a trace of its own that is
 * linked to theirs, and whoever is marked in it by the id of a claim stays in the trace of that claim.
 */
export function inBatch<T>(
  name: string,
  attributes: Attributes,
  claims: readonly Traced[],
  work: (note: Note) => Promise<T>,
): Promise<T> {
  const shared = sharedTrace(claims)
  const parent = shared ? trace.setSpanContext(ROOT_CONTEXT, shared) : ROOT_CONTEXT
  const links = shared ? [] : linksTo(claims.map((claim) => claim.trace))
  const span = tracer().startSpan(name, { attributes, links, kind: SpanKind.CONSUMER }, parent)
  return runIn(withMarks(ROOT_CONTEXT, span, shared ? [] : claims), span, work)
}

/** Without an SDK spans have no valid context, and marks carry nothing. */
function withMarks(parent: Context, span: Span, claims: readonly Traced[] = []): Context {
  const inSpan = trace.setSpan(parent, span)
  return isSpanContextValid(span.spanContext()) ? carrying(inSpan, span, claims) : inSpan
}

/** Of an error only its kind is told: its words may be somebody else's. */
async function runIn<T>(within: Context, span: Span, work: (note: Note) => Promise<T>): Promise<T> {
  try {
    return await context.with(within, work, undefined, (attributes: Attributes) => {
      span.setAttributes(attributes)
    })
  } catch (error) {
    span.setAttribute('error.type', errorKind(error))
    span.setStatus({ code: SpanStatusCode.ERROR })
    throw error
  } finally {
    span.end()
  }
}

function ignore(): void {}

/** Asked for anew each time: what it makes is decided by whether tracing has been started. */
function tracer(): Tracer {
  return trace.getTracer('plumbline')
}
