const [OPEN_LIST, OPEN_OBJECT, CLOSE_LIST, CLOSE_OBJECT, QUOTE, BACKSLASH] = [
  0x5b, 0x7b, 0x5d, 0x7d, 0x22, 0x5c,
] as const

/**
 * Whether JSON is nested no deeper than `deepest`, found without parsing it: what is parsed from millions of brackets
 * takes a hundred times their memory.
 */
export function isNestedWithin(json: Buffer, deepest: number): boolean {
  let depth = 0
  let quoted = false
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at]
    // What follows a backslash ends no text.
    if (byte === BACKSLASH) at += 1
    else if (byte === QUOTE) quoted = !quoted
    else if (!quoted) depth += step(byte)
    if (depth > deepest) return false
  }
  return true
}

function step(byte: number | undefined): number {
  if (byte === OPEN_LIST || byte === OPEN_OBJECT) return 1
  return byte === CLOSE_LIST || byte === CLOSE_OBJECT ? -1 : 0
}
