import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import express, { type Request, type Response } from 'express'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CLIENT_LIMITS } from '../../src/http/guards-slow-clients.ts'
import { type HttpServer, listen } from '../../src/http/server.ts'

/** A hundredth of the true patience, so that nobody waits for it here. */
const QUICK = {
  ...CLIENT_LIMITS,
  headersTimeout: 100,
  requestTimeout: 300,
  connectionsCheckingInterval: 20,
}

describe('clients that are slow or say too much', () => {
  let server: HttpServer
  const sockets: Socket[] = []
  beforeEach(async () => {
    const app = express()
    app.use(express.raw({ type: () => true }))
    app.use((request: Request, response: Response) => {
      response.json(Object.keys(request.headers))
    })
    server = await listen(app, 0, '127.0.0.1', 'PORT', QUICK)
  })
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    await server.close()
  })

  /** A connection that has sent `start`, and no more. */
  async function hold(start: string): Promise<Socket> {
    const socket = connect(server.port, '127.0.0.1')
    sockets.push(socket)
    await once(socket, 'connect')
    if (start !== '') socket.write(start)
    return socket
  }
  const ask = () => fetch(`http://127.0.0.1:${server.port}/`)

  test.each([
    ['headers that never end', 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: '],
    ['half a line', 'GET /'],
    ['nothing at all', ''],
    ['a body that never comes', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc'],
  ])('forty with %s are cut off, and keep nobody else waiting', async (_what, start) => {
    const held = await Promise.all(Array.from({ length: 40 }, () => hold(start)))
    const answers = held.map((socket) => text(socket))
    expect((await ask()).status).toBe(200)
    // Resolves when the server has closed the connection.
    for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    expect((await ask()).status).toBe(200)
  })

  test('one that sends a byte now and then gains no time', async () => {
    const socket = await hold('GET / HTTP/1.1\r\nX-Slow: ')
    const drip = setInterval(() => void socket.write('a'), 10)
    try {
      expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /)
    } finally {
      clearInterval(drip)
    }
  })

  test.each([
    [100, 200],
    [101, 431],
  ])('%i headers get %i', async (count, status) => {
    // Two more are Host and Connection.
    const headers = Array.from({ length: count - 2 }, (_, n) => `X-${n}: 1\r\n`).join('')
    const socket = await hold(`GET / HTTP/1.1\r\nHost: x\r\n${headers}Connection: close\r\n\r\n`)
    expect(await text(socket)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  })

  test('headers of more than 16 kB are refused', async () => {
    const socket = await hold(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(17_000)}\r\n\r\n`)
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 431 /)
  })
})

test('the true patience is seconds, not minutes', () => {
  expect(CLIENT_LIMITS).toMatchObject({ headersTimeout: 10_000, requestTimeout: 30_000 })
  expect(CLIENT_LIMITS.connectionsCheckingInterval).toBeLessThanOrEqual(2_000)
})
