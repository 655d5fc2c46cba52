import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'
import { withoutValues } from './log-redaction.ts'

export type Log = Logger

/**
 * JSON lines on stderr, so that stdout stays for answers. Errors are handed over as they are (`{ error }`): what may
 * be said of them, and of everything else, is decided in log-redaction.ts. The message is a literal.
 * @param level a pino level name, or `silent`
 * @param destination instead of stderr
 */
export function createLog(level: string, destination: DestinationStream = stderr()): Log {
  const formatters = { log: withoutValues }
  const log = pino({ level, base: null, formatters, hooks: { logMethod } }, destination)
  return withCleanChildren(log)
}

/** Pino asks no formatter about what its children's lines begin with. */
function withCleanChildren(log: Log): Log {
  const { child } = log
  function cleanChild(this: Log, bindings: object) {
    return child.call(this, withoutValues(bindings))
  }
  // Pino's type also lets a child have levels of its own; nobody here gives it any.
  log.child = cleanChild as Log['child']
  return log
}

function stderr(): DestinationStream {
  return pino.destination({ dest: 2, sync: true })
}

type LogMethod = NonNullable<NonNullable<LoggerOptions['hooks']>['logMethod']>

/** Pino would take a bare error's message as the line's, and put values into `%s`. */
const logMethod: LogMethod = function logWithoutValues(args, method) {
  const [first, second]: readonly unknown[] = args
  const message = typeof second === 'string' ? second : undefined
  if (typeof first === 'string') method.call(this, first)
  else method.call(this, first instanceof Error ? { error: first } : first, message)
}
