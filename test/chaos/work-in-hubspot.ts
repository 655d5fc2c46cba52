import { z } from 'zod'
import { COUNTRIES, pick, TITLES, type Works, type WorkTools } from './work-tools.ts'

const Created = z.object({ id: z.string() })

/** A portal's users change, create, delete, restore, merge and forget contacts. */
export function hubspotWorks({ chance, people, winners, erased, ...tools }: WorkTools): Works {
  const deleted: string[] = []
  const mutate = (change: object) => tools.mutate({ type: 'contacts', ...change })

  async function update(): Promise<void> {
    const id = people.change()
    if (id === undefined) return
    const properties = { jobtitle: pick(chance, TITLES), country: pick(chance, COUNTRIES) }
    await mutate({ op: 'update', id, properties })
  }

  async function create(): Promise<void> {
    const name = tools.unique()
    const email = `new-${name}@firm-${chance.between(1, 50)}.example`
    const properties = { email, jobtitle: pick(chance, TITLES) }
    people.add(Created.parse(await mutate({ op: 'create', properties })).id)
  }

  async function archive(): Promise<void> {
    const id = people.take()
    if (id === undefined) return
    deleted.push(id)
    await mutate({ op: 'archive', id })
  }

  async function restore(): Promise<void> {
    const id = deleted.shift()
    if (id !== undefined) await mutate({ op: 'restore', id })
  }

  async function merge(): Promise<void> {
    const loserId = people.take()
    const id = people.take()
    if (loserId === undefined || id === undefined) return
    winners.add(id)
    await mutate({ op: 'merge', id, loserId })
  }

  async function forget(): Promise<void> {
    const id = people.take()
    if (id === undefined) return
    erased.add(id)
    await mutate({ op: 'forget', id })
  }

  return {
    update: { share: 0.74, run: update },
    create: { share: 0.08, run: create },
    archive: { share: 0.06, run: archive },
    restore: { share: 0.04, run: restore },
    merge: { share: 0.06, run: merge },
    forget: { share: 0.02, run: forget },
  }
}
