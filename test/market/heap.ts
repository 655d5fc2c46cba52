import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Megabytes that are still in use after everything that can go has gone. */
export function heapInUse(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new Error('this Node does not let tests collect garbage')
  collect()
  return process.memoryUsage().heapUsed / 1e6
}
