import { createInterface } from 'node:readline/promises'

interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean }
}

/**
 * Asks before something is done; anything but a yes, Ctrl-C and Ctrl-D included, is a no. Whoever said `--yes`,
 * and scripts, which have no terminal, are not asked.
 */
export async function confirmed(
  question: string,
  yes: boolean,
  // Not stdout: that may be the answer in JSON.
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<boolean> {
  if (yes || !input.isTTY || !output.isTTY) return true
  const lines = createInterface({ input, output })
  const given = new Promise<string>((resolve) => {
    lines.once('close', () => resolve(''))
    lines.once('SIGINT', () => lines.close())
    lines.question(`${question} [y/N] `).then(resolve, () => resolve(''))
  })
  const answer = await given
  lines.close()
  return /^y(es)?$/i.test(answer.trim())
}
