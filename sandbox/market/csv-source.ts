import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { TextDecoder } from 'node:util'
import { CsvProblem } from './csv-problem.ts'

const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d
const QUOTE = 0x22
const CHUNK = 64 * 1024
const SAVE_AS_UTF8 = 'Save it as UTF-8 (in Excel: "CSV UTF-8") and try again'
const EXPORT_AGAIN = 'Export it again as CSV in UTF-8'

/** First bytes of files that are no text, and what to do about them. */
const SIGNATURES: readonly (readonly [bytes: readonly number[], what: string, remedy: string])[] = [
  [[0xff, 0xfe], 'the file is UTF-16', SAVE_AS_UTF8],
  [[0xfe, 0xff], 'the file is UTF-16', SAVE_AS_UTF8],
  [[0x1f, 0x8b], 'the file is compressed (gzip)', 'Unpack it first'],
  [[0x50, 0x4b, 0x03, 0x04], 'the file is a workbook or a zip archive', EXPORT_AGAIN],
]

/**
 * The bytes of a text file, checked while they pass: no other memory than one chunk.
 * @throws CsvProblem when the file cannot be opened, is empty, or is not UTF-8 text.
 */
export async function* readTextChunks(file: string): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let line = 1
  let empty = true
  for await (const chunk of fileChunks(file)) {
    if (empty) refuseSignatures(file, chunk)
    empty = false
    refuseNul(file, line, chunk)
    if (!decodes(decoder, chunk)) throw notUtf8(file, line + linesBeforeBadByte(chunk))
    line += count(chunk, NEWLINE)
    yield chunk
  }
  if (!decodes(decoder)) throw notUtf8(file, line)
  if (empty) throw new CsvProblem({ file }, 'the file is empty', EXPORT_AGAIN)
}

async function* fileChunks(file: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: CHUNK })) {
      // Without an encoding a file stream yields buffers only.
      yield chunk as Buffer
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    const what = `the file cannot be read${code}`
    throw new CsvProblem({ file }, what, 'Check the path and its permissions', { cause: error })
  }
}

function refuseSignatures(file: string, chunk: Buffer): void {
  for (const [bytes, what, remedy] of SIGNATURES) {
    if (bytes.every((byte, at) => chunk[at] === byte)) throw new CsvProblem({ file }, what, remedy)
  }
}

function refuseNul(file: string, line: number, chunk: Buffer): void {
  const at = chunk.indexOf(0)
  if (at < 0) return
  // Every second byte of Western UTF-16 text is NUL; other binary data has no such regularity.
  if (count(chunk, 0) > chunk.length / 3)
    throw new CsvProblem({ file }, 'the file is UTF-16', SAVE_AS_UTF8)
  const where = { file, line: line + count(chunk.subarray(0, at), NEWLINE) }
  throw new CsvProblem(where, 'a NUL byte: this is binary data, not text', EXPORT_AGAIN)
}

/** Without a chunk: whether the file may end here, or in the midst of a character. */
function decodes(decoder: TextDecoder, chunk?: Buffer): boolean {
  try {
    decoder.decode(chunk, { stream: chunk !== undefined })
    return true
  } catch {
    return false
  }
}

function linesBeforeBadByte(chunk: Buffer): number {
  let lines = 0
  for (let start = 0; start < chunk.length; lines += 1) {
    const end = chunk.indexOf(NEWLINE, start)
    if (end < 0) break
    // A character that began in the chunk before makes the first line look bad when it is not.
    if (!isUtf8(chunk.subarray(start, end)) && (start > 0 || isUtf8(chunk.subarray(end)))) break
    start = end + 1
  }
  return lines
}

function notUtf8(file: string, line: number): CsvProblem {
  return new CsvProblem({ file, line }, 'this is not UTF-8 text', SAVE_AS_UTF8)
}

function count(chunk: Buffer, byte: number): number {
  let found = 0
  for (let at = chunk.indexOf(byte); at >= 0; at = chunk.indexOf(byte, at + 1)) found += 1
  return found
}

/** The separator of the header line: whichever of comma, semicolon, tab and bar it has most of. */
export function detectDelimiter(start: Buffer): string {
  const found = new Map([',', ';', '\t', '|'].map((delimiter) => [delimiter.charCodeAt(0), 0]))
  let quoted = false
  for (const byte of start) {
    if (byte === QUOTE) quoted = !quoted
    if (quoted) continue
    if (byte === NEWLINE || byte === CARRIAGE_RETURN) break
    const seen = found.get(byte)
    if (seen !== undefined) found.set(byte, seen + 1)
  }
  const [best] = [...found].sort(([, one], [, other]) => other - one)
  return String.fromCharCode(best?.[0] ?? 0x2c)
}
