import { count } from './terminal.ts'

/** How far one stage is. `total` null while it is not known. */
export interface StageProgress {
  readonly name: string
  readonly done: number
  readonly total: number | null
}

export interface ProgressView {
  /** Shows the stages as they are now. */
  update(stages: readonly StageProgress[]): void
  /** Leaves the last state on the screen. */
  end(): void
}

const BAR_WIDTH = 28
/** Without a terminal a line is printed only after this long: logs stay readable. */
const PLAIN_EVERY_MS = 5_000

/** Bars that redraw themselves on a terminal; plain lines now and then elsewhere. */
export function createProgress(stream: NodeJS.WriteStream = process.stderr): ProgressView {
  return stream.isTTY ? terminalProgress(stream) : plainProgress(stream)
}

function terminalProgress(stream: NodeJS.WriteStream): ProgressView {
  let drawn = 0
  return {
    update(stages) {
      const back = drawn > 0 ? `\u001b[${drawn}A` : ''
      const lines = stages.map((stage) => `\u001b[2K${barLine(stage)}\n`)
      stream.write(back + lines.join(''))
      drawn = stages.length
    },
    end() {
      drawn = 0
    },
  }
}

function plainProgress(stream: NodeJS.WriteStream): ProgressView {
  let printed = ''
  let printedAt = Date.now()
  let latest = ''
  const print = () => {
    if (latest === printed) return
    stream.write(`${latest}\n`)
    printed = latest
    printedAt = Date.now()
  }
  return {
    update(stages) {
      latest = stages.map(plainPart).join(' · ')
      if (Date.now() - printedAt >= PLAIN_EVERY_MS) print()
    },
    end: print,
  }
}

function barLine({ name, done, total }: StageProgress): string {
  const share = total === null ? 0 : total === 0 ? 1 : Math.min(1, done / total)
  const filled = Math.round(share * BAR_WIDTH)
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled)
  return `  ${name.padEnd(9)} ${bar} ${amount(done, total)}`
}

function plainPart({ name, done, total }: StageProgress): string {
  return `${name} ${amount(done, total)}`
}

function amount(done: number, total: number | null): string {
  return total === null ? count(done) : `${count(done)} of ${count(total)}`
}
