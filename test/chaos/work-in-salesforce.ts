import { z } from 'zod'
import { COUNTRIES, pick, TITLES, type Works, type WorkTools } from './work-tools.ts'

const Created = z.object({ id: z.string() })
const Converted = z.object({ contactId: z.string() })

const isLead = (id: string) => id.startsWith('00Q')
const typeOf = (id: string) => (isLead(id) ? 'Lead' : 'Contact')

/** An org's users change, create, delete, undelete and merge people, and convert leads. */
export function salesforceWorks({ chance, people, winners, ...tools }: WorkTools): Works {
  const deleted: string[] = []
  const { mutate } = tools

  async function update(): Promise<void> {
    const id = people.change()
    if (id === undefined) return
    const country = isLead(id) ? 'Country' : 'MailingCountry'
    const fields = { Title: pick(chance, TITLES), [country]: pick(chance, COUNTRIES) }
    await mutate({ op: 'update', type: typeOf(id), id, fields })
  }

  async function create(): Promise<void> {
    const name = tools.unique()
    const firm = chance.between(1, 50)
    const who = { FirstName: 'New', LastName: name, Email: `new-${name}@firm-${firm}.example` }
    const lead = { Company: `Firm ${firm}`, Status: 'Open - Not Contacted' }
    const fields = { ...who, ...lead, Title: pick(chance, TITLES) }
    people.add(Created.parse(await mutate({ op: 'insert', type: 'Lead', fields })).id)
  }

  async function remove(): Promise<void> {
    const id = people.take()
    if (id === undefined) return
    deleted.push(id)
    await mutate({ op: 'delete', type: typeOf(id), id })
  }

  async function undelete(): Promise<void> {
    const id = deleted.shift()
    if (id !== undefined) await mutate({ op: 'undelete', type: typeOf(id), id })
  }

  async function merge(): Promise<void> {
    const loserId = people.take()
    if (loserId === undefined) return
    const id = people.take((other) => typeOf(other) === typeOf(loserId))
    if (id === undefined) return
    winners.add(id)
    await mutate({ op: 'merge', type: typeOf(id), id, loserId })
  }

  async function convert(): Promise<void> {
    const id = people.take(isLead)
    if (id === undefined) return
    winners.add(Converted.parse(await mutate({ op: 'convert', id })).contactId)
  }

  return {
    update: { share: 0.74, run: update },
    create: { share: 0.08, run: create },
    remove: { share: 0.06, run: remove },
    undelete: { share: 0.04, run: undelete },
    merge: { share: 0.04, run: merge },
    convert: { share: 0.04, run: convert },
  }
}
