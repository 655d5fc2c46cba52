import { type Logger, pino } from 'pino'

export type Log = Logger

/**
 * JSON lines on stderr, so that stdout stays for answers. Never log a token, a payload or a field of a lead.
 * @param level a pino level name, or `silent`
 */
export function createLog(level: string): Log {
  return pino(
    { level, base: null, redact: ['*.accessToken', '*.refreshToken', '*.clientSecret', '*.email'] },
    pino.destination({ dest: 2, sync: true }),
  )
}
