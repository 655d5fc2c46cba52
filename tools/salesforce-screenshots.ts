/**
 * Pictures of the Salesforce component in every state: `node tools/salesforce-screenshots.ts DIRECTORY`.
 * The component itself runs in Chromium, compiled as Salesforce compiles it and with its synthetic shadow; only
 * Salesforce's own components are drawn by stand-ins. Needs Chromium on the path.
 */
import { execFile, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { moduleSource } from './salesforce-component.ts'
import { LOOK } from './salesforce-look.ts'
import { componentSamples, type Sample } from './salesforce-samples.ts'

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome']
const run = promisify(execFile)

async function takeScreenshots(directory: string): Promise<void> {
  const browser = BROWSERS.find((name) => spawnSync(name, ['--version']).status === 0)
  if (browser === undefined) throw new Error(`none of ${BROWSERS.join(', ')} is installed`)
  mkdirSync(directory, { recursive: true })
  const server = createServer(serve).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  for (const sample of componentSamples()) {
    const picture = path.resolve(directory, `${sample.name}.png`)
    await photograph(browser, `http://127.0.0.1:${address.port}/?${sample.name}`, picture, sample)
    process.stdout.write(`${picture}\n`)
  }
  server.close()
}

const serve: RequestListener = ({ url = '/' }, response) => {
  const { pathname, search } = new URL(url, 'http://localhost')
  if (pathname === '/') {
    const sample = componentSamples().find(({ name }) => name === search.slice(1))
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(sample ? pageOf(sample) : '')
    return
  }
  response.setHeader('content-type', 'text/javascript; charset=utf-8')
  response.end(scriptOf(pathname.slice(1)))
}

const ENGINE: Readonly<Record<string, () => string>> = {
  lwc: () => import.meta.resolve('@lwc/engine-dom'),
  shadow: () => import.meta.resolve('@lwc/synthetic-shadow'),
}

function scriptOf(name: string): string {
  if (name === 'favicon.ico') return ''
  const engine = ENGINE[name]
  if (engine === undefined) return moduleSource(name)
  return readFileSync(fileURLToPath(engine()), 'utf8')
}

const IMPORTS = {
  imports: {
    lwc: '/lwc',
    'c/': '/c/',
    'lightning/': '/lightning/',
    '@salesforce/': '/@salesforce/',
  },
}

function pageOf({ answer, objectApiName, width }: Sample): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Lead score</title>
<style>${LOOK}</style><script>process = { env: { NODE_ENV: 'production' } }</script>
<script type="importmap">${JSON.stringify(IMPORTS)}</script></head>
<body><main style="width:${width}px"></main><script type="module">
import '/shadow'
import { createElement } from 'lwc'
import { answerWith } from 'lightning/uiRecordApi'
import Component from 'c/plumblineScore'
answerWith(${JSON.stringify(answer).replaceAll('<', '\\u003c')})
const element = createElement('c-plumbline-score', { is: Component })
Object.assign(element, { recordId: 'sample', objectApiName: '${objectApiName}' })
document.querySelector('main').append(element)
</script></body></html>`
}

async function photograph(
  browser: string,
  page: string,
  picture: string,
  { width }: Sample,
): Promise<void> {
  await run(browser, [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--hide-scrollbars',
    '--force-device-scale-factor=1',
    // Until nothing more is loaded or rendered, at the most for these milliseconds of the page's own time.
    '--virtual-time-budget=5000',
    `--window-size=${Math.max(500, width + 32)},720`,
    `--screenshot=${picture}`,
    page,
  ])
}

if (import.meta.main) {
  const [directory] = process.argv.slice(2)
  if (directory === undefined) process.stderr.write('usage: salesforce-screenshots.ts DIRECTORY\n')
  else await takeScreenshots(directory)
}
