import { once } from 'node:events'
import type { Server } from 'node:http'

/** Waits until the server listens; its address as callers write it. 0 is any free port. */
export async function listen(server: Server, port: number, host: string): Promise<string> {
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string')
    throw new Error('The sandbox server has no port.')
  return `http://${host}:${address.port}`
}

/** Ends the server with every connection that is still open. */
export async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
