import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { giveConsent } from '../../src/cli/demo/consent.ts'
import { freePort } from '../../src/cli/demo/free-port.ts'
import { readMapping } from '../../src/cli/mapping-file.ts'

/** The shell blocks of a part of the guide, in order. */
function blocksOf(guide: string, language: string): string[] {
  return [...guide.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(
    ([, text]) => text ?? '',
  )
}

const exportsIn = (text: string) => text.split('\n').filter((line) => line.startsWith('export '))

describe.each(['hubspot', 'salesforce'])('docs/%s.md, followed to the letter', (crm) => {
  const guideOf = () => readFile(`docs/${crm}.md`, 'utf8')
  const running: ChildProcess[] = []
  let folder: string
  let blocks: string[]
  let place: string
  let plumblineUrl: string

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'plumbline-guide-'))
    const [portal, web] = [await freePort(0), await freePort(0)]
    plumblineUrl = `http://127.0.0.1:${web}`
    // Whoever runs the tests may have something on the usual ports, and data in the usual place.
    const own = {
      PLUMBLINE_DATA: folder,
      PLUMBLINE_URL: plumblineUrl,
      PORT: web,
      LOG_LEVEL: 'error',
    }
    place = Object.entries(own)
      .map(([name, value]) => `export ${name}=${value}\n`)
      .join('')
    const guide = await guideOf()
    const trial = guide.slice(guide.indexOf('## Try it'), guide.indexOf('## Connect your own'))
    blocks = blocksOf(trial, 'sh').map((text) =>
      text
        .replace('npm ci\n', '')
        .replaceAll(':4020', `:${portal}`)
        .replace(`sandbox ${crm}`, `sandbox ${crm} --port ${portal}`),
    )
  })
  afterAll(async () => {
    for (const child of running.toReversed()) {
      if (child.pid === undefined || child.exitCode !== null) continue
      process.kill(-child.pid, 'SIGINT')
      await once(child, 'exit')
    }
    await rm(folder, { recursive: true, force: true })
  }, 60_000)

  /** A terminal of its own. */
  function terminal(script: string) {
    const child = spawn('sh', ['-c', `${place}${script}`], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    running.push(child)
    let text = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
    }
    const says = async (words: string) => {
      while (!text.includes(words)) {
        if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${text}`)
        await sleep(50)
      }
    }
    return { says, text: () => text, ended: once(child, 'exit').then(() => child.exitCode) }
  }

  test('leads from nothing to a score on everybody', async () => {
    const [portal = '', start = '', install = '', look = ''] = blocks
    const first = terminal(portal)
    // Its last line: what comes before it has then arrived, in however many pieces.
    await first.says('Ctrl-C ends it.')
    const settings = exportsIn(first.text())
    // What the guide writes out is what the first terminal prints.
    for (const line of exportsIn(start)) expect(settings).toContain(line)
    terminal(`${settings.join('\n')}\n${start}`)
    for (let ready = false; !ready; ) {
      ready = await fetch(`${plumblineUrl}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      )
    }
    const third = terminal(`${settings.join('\n')}\n${install}`)
    await third.says('Waiting for the consent')
    expect(third.text()).toContain(`${plumblineUrl}/install/${crm}`)
    await giveConsent(plumblineUrl, crm)
    expect(await third.ended, third.text()).toBe(0)
    expect(third.text()).toMatch(/500 people: 500 scored, 500 written/)
    const seen = terminal(look)
    expect(await seen.ended, seen.text()).toBe(0)
    expect(seen.text()).toContain('tier')
  }, 240_000)
})

test('the example of a mapping in docs/hubspot.md can be set', async () => {
  const [mapping = ''] = blocksOf(await readFile('docs/hubspot.md', 'utf8'), 'yaml')
  expect(readMapping(mapping, 'mapping.yaml').forms).toHaveLength(2)
})
