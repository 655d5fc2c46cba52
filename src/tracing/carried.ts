import {
  type Context,
  context,
  createContextKey,
  isSpanContextValid,
  type Link,
  type Span,
  type SpanContext,
} from '@opentelemetry/api'

/** More links than that are dropped by every SDK and by most backends. */
const MOST_LINKS = 128
const CARRIED = createContextKey('plumbline carried trace')
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/

/** What the work under way gives to the rows that it marks. */
interface Carried {
  /** The webhook or batch. */
  readonly span: Span
  /** Its W3C traceparent. */
  readonly own: string
  /** Those of the claims of a batch whose claims came by different ways, by the subject's id. */
  readonly byId: ReadonlyMap<string, string>
}

/** Something that was marked, by whoever `trace` (a W3C traceparent) names. */
export interface Traced {
  readonly id: string
  readonly trace: string | null
}

/** The traces that marks carry; null throughout where nothing is traced. */
export interface CarriedTraces {
  readonly own: string | null
  /** One for each id, in their order; null where all carry `own`. */
  readonly each: readonly string[] | null
}

/** The traces that rows for these subjects carry when they are marked now. */
export function carriedTraces(ids: readonly string[] = []): CarriedTraces {
  const carried = carriedBy(context.active())
  if (carried === undefined) return { own: null, each: null }
  const { own, byId } = carried
  const each = byId.size === 0 ? null : ids.map((id) => byId.get(id) ?? own)
  return { own, each }
}

/** What is marked again forgets who marked it before: the work under way points to them. */
export function linkFormer(traces: readonly string[]): void {
  const span = carriedBy(context.active())?.span
  const own = span?.spanContext().traceId
  for (const link of linksTo(traces)) if (link.context.traceId !== own) span?.addLink(link)
}

/** `parent` with what is marked below it carrying the trace of `span` or, by id, of its claim. */
export function carrying(parent: Context, span: Span, claims: readonly Traced[] = []): Context {
  const byId = new Map(claims.flatMap(({ id, trace: of }) => (of === null ? [] : [[id, of]])))
  const carried: Carried = { span, own: traceparent(span.spanContext()), byId }
  return parent.setValue(CARRIED, carried)
}

/** The one trace that all claims are part of; null where there is none or several. */
export function sharedTrace(claims: readonly Traced[]): SpanContext | null {
  const traces = new Set(claims.map((claim) => claim.trace))
  const contexts = [...traces].map(parseTraceparent)
  const [first] = contexts
  return first && contexts.every((each) => each?.traceId === first.traceId) ? first : null
}

/** One link for each trace. */
export function linksTo(traces: Iterable<string | null>): Link[] {
  const found = new Map<string, Link>()
  for (const text of new Set(traces)) {
    const linked = parseTraceparent(text)
    if (linked) found.set(linked.traceId, { context: linked })
    if (found.size === MOST_LINKS) break
  }
  return [...found.values()]
}

function carriedBy(active: Context): Carried | undefined {
  // Only `carrying` puts something there.
  return active.getValue(CARRIED) as Carried | undefined
}

function traceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
}

function parseTraceparent(text: string | null): SpanContext | null {
  const [, traceId = '', spanId = '', flags = ''] = TRACEPARENT.exec(text ?? '') ?? []
  const parsed = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true }
  return isSpanContextValid(parsed) ? parsed : null
}
