/**
 * Pictures of the HubSpot card in every state: `node tools/card-screenshots.ts DIRECTORY`.
 * The card itself is rendered, with HubSpot's own test renderer; only the components are drawn by stand-ins.
 * Needs Chromium on the path.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { createRenderer } from '@hubspot/ui-extensions/testing'
import { transformSync } from '@swc/core'
import { createElement } from 'react'
import { cardPage } from './card-look.ts'
import { type CardSample, cardSamples } from './card-samples.ts'

const WIDTHS = { full: 720, short: 340 } as const
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome']

async function takeScreenshots(directory: string): Promise<void> {
  readTsx()
  const browser = BROWSERS.find((name) => spawnSync(name, ['--version']).status === 0)
  if (browser === undefined) throw new Error(`none of ${BROWSERS.join(', ')} is installed`)
  mkdirSync(directory, { recursive: true })
  for (const sample of cardSamples()) {
    const page = path.resolve(directory, `${sample.name}.html`)
    writeFileSync(page, await rendered(sample))
    const picture = path.resolve(directory, `${sample.name}.png`)
    photograph(browser, page, picture, sample.size === 'full' ? 800 : 400)
    rmSync(page)
    process.stdout.write(`${picture}\n`)
  }
}

/** Node strips types, but knows no JSX. */
function readTsx(): void {
  registerHooks({
    load(url, context, next) {
      if (!url.endsWith('.tsx')) return next(url, context)
      const { code } = transformSync(readFileSync(fileURLToPath(url), 'utf8'), {
        jsc: {
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic' } },
          target: 'es2024',
        },
      })
      return { format: 'module', source: code, shortCircuit: true }
    },
  })
}

async function rendered({ state, size }: CardSample): Promise<string> {
  const { ScoreCard } = await import('../crm-apps/hubspot/src/app/cards/score-card.tsx')
  const { render, waitFor, getRootNode } = createRenderer('crm.record.tab')
  const record = { objectTypeId: '0-1', objectId: 1 }
  render(
    createElement(ScoreCard, {
      fetch: () => answerOf(state),
      host: 'https://sample',
      record,
      size,
    }),
  )
  const isWaiting = () => getRootNode().toString().includes('<LoadingSpinner')
  await waitFor(() => {
    if (state.state !== 'loading' && isWaiting()) throw new Error('still loading')
  })
  return cardPage(getRootNode().childNodes, WIDTHS[size])
}

function answerOf(state: CardSample['state']): Promise<Response> {
  if (state.state === 'loading') return new Promise(() => {})
  const status = state.state === 'failed' ? 503 : 200
  return Promise.resolve(Response.json(state, { status }))
}

function photograph(browser: string, page: string, picture: string, width: number): void {
  const run = spawnSync(browser, [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--hide-scrollbars',
    '--force-device-scale-factor=1',
    `--window-size=${width},900`,
    `--screenshot=${picture}`,
    `file://${page}`,
  ])
  if (run.status !== 0) throw new Error(`${browser} failed: ${run.stderr}`)
}

if (import.meta.main) {
  const [directory] = process.argv.slice(2)
  if (directory === undefined) process.stderr.write('usage: card-screenshots.ts DIRECTORY\n')
  else await takeScreenshots(directory)
}
