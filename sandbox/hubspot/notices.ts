import { z } from 'zod'
import type { Change, ChangeSource } from './changes.ts'
import type { Endpoint, SandboxRequest } from './endpoint.ts'
import { bodyOf } from './endpoint.ts'
import { isInstalled } from './installation.ts'
import { type Journal, openJournal } from './journal.ts'
import type { PortalContext } from './portal-context.ts'
import type { Sandbox } from './sandbox.ts'
import { transaction } from './store.ts'
import { openWebhooks, type Webhooks } from './webhooks.ts'

const isLifecycle = ({ what }: Change) => what === 'installed' || what === 'uninstalled'

/** Webhooks and journal, told of every change from now on. */
export function openNotices(context: PortalContext): { webhooks: Webhooks; journal: Journal } {
  const { store, app, clock } = context
  const webhooks = openWebhooks(context)
  const journal = openJournal(context)
  const appItself: ChangeSource = { changeSource: 'INTEGRATION', sourceId: String(app.appId) }
  store.changes.listen((change, source = appItself) => {
    if (!isLifecycle(change) && !isInstalled(store)) return
    const news = { change, source, at: change.at ?? clock.now() }
    transaction(store, () => {
      webhooks.record(news)
      journal.record(news)
    })
  })
  return { webhooks, journal }
}

const Flush = z.strictObject({ all: z.boolean().default(false) })

/** The levers of webhooks and journal. */
export function noticeControls({ webhooks, journal }: Sandbox): Endpoint[] {
  const lever = (
    method: Endpoint['method'],
    path: string,
    run: (request: SandboxRequest) => unknown,
  ): Endpoint => ({
    method,
    path,
    budget: 'exempt',
    run: (request) => ({ status: 200, body: run(request) }),
  })
  return [
    lever('get', '/__webhooks', () => webhooks.report()),
    lever('post', '/__webhooks', (request) => webhooks.configure(request.body)),
    lever('delete', '/__webhooks', () => webhooks.resetReport()),
    lever('post', '/__webhooks/flush', (request) => ({
      due: webhooks.flush(bodyOf(request, Flush).all),
    })),
    lever('get', '/__journal', () => journal.report()),
    lever('post', '/__journal/flush', () => ({ entries: journal.publish() })),
  ]
}
