/**
 * The sending side of the load, a process of its own: reads a step per line from stdin, prints its result as a line.
 * Open loop: webhooks leave at their moments, however long the answers to the former ones take.
 */
import http from 'node:http'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { changedTitle, signedHeaders } from './signed-webhook.ts'
import { Step, type StepResult } from './step.ts'

/** More than HubSpot opens; who has to wait for one is late, and that counts. */
const CONNECTIONS = 256

const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS })

interface Answer {
  readonly status: number | null
  readonly ms: number
}

async function run(step: Step): Promise<StepResult> {
  const total = Math.round(step.rate * step.seconds)
  const start = performance.now() + 50
  const answers: Promise<Answer>[] = []
  let senderLateMs = 0
  for (let index = 0; index < total; index++) {
    const intended = start + (index * 1_000) / step.rate
    const wait = intended - performance.now()
    if (wait > 0) await sleep(wait)
    senderLateMs = Math.max(senderLateMs, performance.now() - intended)
    answers.push(send(step, index, intended))
  }
  return summary(await Promise.all(answers), performance.now() - start, senderLateMs)
}

function send(step: Step, index: number, intended: number): Promise<Answer> {
  const body = bodyOf(step, index)
  const { promise, resolve } = Promise.withResolvers<Answer>()
  const end = (status: number | null) => resolve({ status, ms: performance.now() - intended })
  ask(step, body, end)
  return promise
}

function ask(step: Step, body: Buffer, end: (status: number | null) => void): void {
  const headers = signedHeaders(step, body)
  const request = http.request(step.url, { method: 'POST', agent, headers })
  request.on('response', (response) => {
    response.resume().on('end', () => end(response.statusCode ?? null))
    response.on('error', () => end(null))
  })
  request.on('error', (error: NodeJS.ErrnoException) => {
    // The server closed a quiet connection just as it was used again: every client sends that anew.
    if (request.reusedSocket && error.code === 'ECONNRESET') ask(step, body, end)
    else end(null)
  })
  request.end(body)
}

/** One portal after the other, and in each of them one contact after the other. */
function bodyOf({ batch, portals, people, firstContact, firstEvent }: Step, index: number): Buffer {
  const portal = portals[index % portals.length] ?? 0
  const before = Math.floor(index / portals.length) * batch
  const events = Array.from({ length: batch }, (_, place) => {
    const contact = firstContact + ((before + place) % people)
    return changedTitle(portal, contact, firstEvent + index * batch + place)
  })
  return Buffer.from(JSON.stringify(events))
}

function summary(answers: readonly Answer[], tookMs: number, senderLateMs: number): StepResult {
  const times = answers.map(({ ms }) => ms).toSorted((a, b) => a - b)
  const at = (share: number) =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  const accepted = answers.filter(({ status }) => status === 200).length
  const failed = answers.filter(({ status }) => status === null).length
  return {
    sent: answers.length,
    accepted,
    refused: answers.length - accepted - failed,
    failed,
    p50: at(0.5),
    p99: at(0.99),
    max: times.at(-1) ?? 0,
    tookMs,
    senderLateMs,
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const result = await run(Step.parse(JSON.parse(line)))
  process.stdout.write(`${JSON.stringify(result)}\n`)
}
