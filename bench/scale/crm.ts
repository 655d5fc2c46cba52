import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { z } from 'zod'
import type { ObjectType } from '../../connectors/hubspot/properties.ts'
import { type Tenant, worldOf } from './world.ts'

const Ready = z.object({ url: z.string() })
const Ledger = z.object({
  byRoute: z.record(z.string(), z.number()),
  byPortal: z.record(z.string(), z.object({ calls: z.number(), recordsWritten: z.number() })),
})
/** Calls by route, and calls and records written by portal, since the last reset. */
type ScaleLedger = z.infer<typeof Ledger>

/** A look-alike of HubSpot in a process of its own, of as many portals and people as one likes. */
export interface ScaleCrm {
  readonly url: string
  readonly pid: number
  ledger(): Promise<ScaleLedger>
  resetLedger(): Promise<void>
  /** Gives records another title, as of now: the next incremental reading finds them. */
  touch(portalId: number, object: ObjectType, ids: readonly string[]): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts it; the access token `scale-<portalId>` names the portal. It has no limits, keeps nothing of what is written
 * into it, and shows our fields as empty on records that are older than our writing.
 * @param tenants all start from one day where they name no anchor
 */
export async function startScaleCrm(tenants: readonly Tenant[]): Promise<ScaleCrm> {
  const now = Date.now()
  const worlds = tenants.map((tenant) => worldOf(tenant, now))
  const file = path.resolve(import.meta.dirname, 'crm-process.ts')
  const child = fork(file, [JSON.stringify(worlds)], { execArgv: [] })
  const [message] = await once(child, 'message')
  const { url } = Ready.parse(message)
  if (child.pid === undefined) throw new Error('the look-alike did not start')
  const control = async (method: string, lever: string, body?: object) => {
    const answer = await fetch(`${url}/${lever}`, { method, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${lever}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
  return {
    url,
    pid: child.pid,
    ledger: async () => {
      const answer = await fetch(`${url}/__ledger`)
      return Ledger.parse(await answer.json())
    },
    resetLedger: async () => void (await control('DELETE', '__ledger', {})),
    touch: async (portalId, object, ids) =>
      void (await control('POST', '__touch', { portalId, object, ids })),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill()
      await once(child, 'exit')
    },
  }
}
