import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { contacts } from './records.ts'
import { openStage, type Stage, TIERS } from './stage.ts'

const Members = z.object({ results: z.array(z.object({ recordId: z.coerce.string() })) })
const List = z.object({ list: z.object({ listId: z.coerce.string() }) })

let stage: Stage
beforeAll(async () => {
  stage = await openStage(contacts(5))
  await stage.connection.provision(TIERS)
})
afterAll(() => stage.close())

const segments = ['A', 'B'].map((value) => ({
  name: `Plumbline: tier ${value}`,
  field: 'plumbline_tier',
  value,
}))

/** Asks the portal as somebody who looks at the list would. */
async function ask<T>(path: string, answer: z.ZodType<T>): Promise<T> {
  const { accessToken } = await stage.credentials.current()
  const headers = { authorization: `Bearer ${accessToken}` }
  const response = await fetch(`${stage.url}${path}`, { headers })
  return answer.parse(await response.json())
}

async function membersOf(name: string): Promise<string[]> {
  const path = `/crm/lists/2026-09/object-type-id/0-1/name/${encodeURIComponent(name)}`
  const { list } = await ask(path, List)
  const members = await ask(`/crm/lists/2026-09/${list.listId}/memberships`, Members)
  return members.results.map(({ recordId }) => recordId)
}

test('a segment holds who is in its tier, and follows when that changes', async () => {
  expect(await stage.connection.createSegments(segments)).toBe(2)
  const write = (id: string, tier: string) => ({
    subject: { kind: 'person', id } as const,
    values: { plumbline_tier: tier },
  })
  await stage.connection.push([write('1', 'A'), write('2', 'B'), write('3', 'A')])
  expect(await membersOf('Plumbline: tier A')).toEqual(['1', '3'])
  await stage.connection.push([write('3', 'B')])
  expect(await membersOf('Plumbline: tier A')).toEqual(['1'])
  expect(await membersOf('Plumbline: tier B')).toEqual(['2', '3'])
})

test('what is there already is left alone, and what is missing is added', async () => {
  const third = { name: 'Plumbline: tier C', field: 'plumbline_tier', value: 'C' }
  expect(await stage.connection.createSegments([...segments, third])).toBe(1)
  expect(await stage.connection.createSegments([...segments, third])).toBe(0)
})

test('without the right to lists the operator is told what to do', async () => {
  const body = { category: 'MISSING_SCOPES', message: 'no' }
  await stage.faults({ match: { route: '/crm/lists' }, do: { kind: 'status', status: 403, body } })
  await expect(stage.connection.createSegments(segments)).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringContaining('Connect the portal again'),
  })
  await stage.faults()
})
