import { createServer } from 'node:net'

/** The wanted port where it is free, else any free one. */
export async function freePort(wanted: number): Promise<number> {
  return (await tryPort(wanted)) ?? (await tryPort(0)) ?? wanted
}

function tryPort(port: number): Promise<number | null> {
  const { promise, resolve } = Promise.withResolvers<number | null>()
  const probe = createServer()
  probe.once('error', () => resolve(null))
  probe.listen(port, '127.0.0.1', () => {
    const address = probe.address()
    probe.close(() => resolve(typeof address === 'object' ? (address?.port ?? null) : null))
  })
  return promise
}
