import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** What a line does to what goes over it, in both directions. */
export interface Line {
  /** Every chunk is late by this much. */
  readonly latencyMs?: number
  /** And by up to this much more. */
  readonly jitterMs?: number
  readonly bytesPerSecond?: number
  /** Chunks arrive in pieces of at most so many bytes, a millisecond apart. */
  readonly sliceBytes?: number
  /** Nothing arrives until this ends; then all of it does, as after repeated packets. */
  readonly isSilent?: boolean
}

/** A TCP line to a port of this machine that can be disturbed. */
export interface FaultProxy {
  /** Where the other side of the line is reached. */
  readonly port: number
  /** Replaces what the line does; `{}` is a good line. Holds for open connections, too. */
  disturb(line: Line): void
  /** Cuts all open connections with a RST. */
  reset(): void
  /** Refuses connections, having cut the open ones. */
  refuse(): Promise<void>
  /** Takes connections again. */
  accept(): Promise<void>
  close(): Promise<void>
}

/** @param targetPort where connections are led to, on this machine */
export async function startProxy(targetPort: number, random: () => number): Promise<FaultProxy> {
  const sockets = new Set<Socket>()
  const weather = openWeather(random)
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true })
    for (const socket of [near, far]) keep(sockets, socket)
    join(near, far, weather)
  })
  await listen(server, 0)
  // A TCP server's address is an object.
  const { port } = server.address() as AddressInfo
  const reset = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  const refuse = async () => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    reset()
    await closed
  }
  return {
    port,
    disturb: weather.set,
    reset,
    refuse,
    async accept() {
      if (!server.listening) await listen(server, port)
    },
    async close() {
      weather.set({})
      await refuse()
    },
  }
}

async function listen(server: Server, port: number): Promise<void> {
  const listening = once(server, 'listening')
  server.listen(port, '127.0.0.1')
  await listening
}

function keep(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket.setNoDelay(true))
  // A reset is what this is about; the other end hears of it below.
  socket.on('error', () => {})
  socket.once('close', () => sockets.delete(socket))
}

/** Ends both when one breaks; an orderly end is passed on after what was sent before it. */
function join(near: Socket, far: Socket, weather: Weather): void {
  near.once('close', (broken) => (broken ? far.resetAndDestroy() : undefined))
  far.once('close', (broken) => (broken ? near.resetAndDestroy() : undefined))
  void pump(near, far, weather)
  void pump(far, near, weather)
}

async function pump(from: Socket, to: Socket, weather: Weather): Promise<void> {
  try {
    for await (const chunk of from) {
      await carry(chunk, to, weather)
    }
    await weather.untilHeard()
    to.end()
  } catch {
    to.resetAndDestroy()
  }
}

async function carry(chunk: Buffer, to: Socket, weather: Weather): Promise<void> {
  await weather.untilHeard()
  await weather.late()
  for (const piece of weather.pieces(chunk)) {
    await weather.untilHeard()
    await weather.paced(piece.length)
    if (to.destroyed) throw new Error('the other end is gone')
    if (!to.write(piece)) await once(to, 'drain')
  }
}

interface Weather {
  set(line: Line): void
  /** While the line is silent. */
  untilHeard(): Promise<void>
  late(): Promise<void>
  pieces(chunk: Buffer): readonly Buffer[]
  paced(bytes: number): Promise<void>
}

function openWeather(random: () => number): Weather {
  let line: Line = {}
  let heard = Promise.withResolvers<void>()
  heard.resolve()
  return {
    set(next) {
      heard.resolve()
      if (next.isSilent) heard = Promise.withResolvers<void>()
      line = next
    },
    async untilHeard() {
      while (line.isSilent) await heard.promise
    },
    async late() {
      const ms = (line.latencyMs ?? 0) + random() * (line.jitterMs ?? 0)
      if (ms > 0) await sleep(ms)
    },
    pieces(chunk) {
      const size = line.sliceBytes ?? chunk.length
      const starts = Array.from({ length: Math.ceil(chunk.length / size) }, (_, n) => n * size)
      return starts.map((start) => chunk.subarray(start, start + size))
    },
    async paced(bytes) {
      const { bytesPerSecond, sliceBytes } = line
      if (bytesPerSecond !== undefined) await sleep((bytes / bytesPerSecond) * 1_000)
      else if (sliceBytes !== undefined) await sleep(1)
    },
  }
}
