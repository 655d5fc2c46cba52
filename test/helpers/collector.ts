import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { z } from 'zod'

const Attributes = z
  .array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) }))
  .default([])
  .transform((list) =>
    Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]])),
  )

const Span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().default(''),
  name: z.string(),
  startTimeUnixNano: z.coerce.bigint(),
  attributes: Attributes,
  events: z.array(z.unknown()).default([]),
  links: z.array(z.object({ traceId: z.string(), spanId: z.string() })).default([]),
  status: z.object({ message: z.string().optional() }).default({}),
})
export type Span = z.infer<typeof Span>

const Export = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: Attributes }),
      scopeSpans: z.array(z.object({ spans: z.array(Span) })),
    }),
  ),
})

/** An OpenTelemetry collector: takes OTLP as JSON over HTTP. */
export interface Collector {
  readonly endpoint: string
  /** What was sent so far, in the order of its beginning. */
  spans(): readonly Span[]
  /** All of it as it came. */
  received(): string
  /** How many requests came, answered or not. */
  asked(): number
  close(): Promise<void>
}

/** @param answers false: it takes requests and never answers them */
export async function startCollector({ answers = true } = {}): Promise<Collector> {
  const bodies: unknown[] = []
  let asked = 0
  const server = createServer(async (request, response) => {
    asked += 1
    if (!answers) return
    bodies.push(await json(request))
    response.setHeader('content-type', 'application/json').end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on TCP has an address of this shape.
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    spans: () => bodies.flatMap(spansOf).toSorted(byBeginning),
    received: () => JSON.stringify(bodies),
    asked: () => asked,
    close: () => end(server),
  }
}

function spansOf(body: unknown): readonly Span[] {
  const { resourceSpans } = Export.parse(body)
  return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
}

function byBeginning(a: Span, b: Span): number {
  return a.startTimeUnixNano < b.startTimeUnixNano ? -1 : 1
}

function end(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
