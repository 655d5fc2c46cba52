import { expect, test } from 'vitest'
import type { Hold, Tiers, Write } from '../../connectors/connector.ts'
import type { Harness } from './harness.ts'

const TIERS: Tiers = { person: ['A', 'B', 'C'], company: ['A', 'B', 'C'] }

const write = (id: string, values: Write['values']): Write => ({
  subject: { kind: 'person', id },
  values,
})

/** Something that is lost with the look at it after so many. */
function heldFor(looks: number, lost: Error): Hold {
  let left = looks
  return {
    signal: new AbortController().signal,
    assertHeld() {
      if (left === 0) throw lost
      left -= 1
    },
  }
}

/** What every connector must hold to when it writes. */
export function describeWriting(harness: () => Harness): void {
  const streamOf = (id: string) => harness().connector.streamOf({ kind: 'person', id })

  test('provisioning again changes nothing and costs next to nothing', async () => {
    await harness().connection.provision(TIERS)
    await harness().calls()
    await harness().connection.provision(TIERS)
    expect(await harness().calls()).toBeLessThanOrEqual(2)
  })

  test('a tier of the model can be written, whatever its name', async () => {
    const [id = ''] = harness().people
    await harness().connection.provision({ ...TIERS, person: ['Platinum', 'Gold'] })
    const outcomes = await harness().connection.push([write(id, { plumbline_tier: 'Gold' })])
    expect(outcomes).toEqual([{ id, status: 'written' }])
    expect(await harness().fieldOf({ kind: 'person', id }, 'plumbline_tier')).toBe('Gold')
  })

  test('each record gets one outcome, and the later value of a field counts', async () => {
    const [first = '', second = ''] = harness().people
    const outcomes = await harness().connection.push([
      write(first, { plumbline_score: '10' }),
      write(second, { plumbline_score: '20' }),
      write(first, { plumbline_score: '30' }),
    ])
    expect(outcomes.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual(
      [first, second].toSorted().map((id) => ({ id, status: 'written' })),
    )
    expect(await harness().fieldOf({ kind: 'person', id: first }, 'plumbline_score')).toBe('30')
  })

  test('what was written is read back as ours, and never as a fact', async () => {
    const [id = ''] = harness().people
    await harness().connection.push([write(id, { plumbline_score: '42' })])
    const page = await harness().connection.fetch(streamOf(id), [id])
    expect(page.ours).toMatchObject([{ subject: { id }, values: { plumbline_score: '42' } }])
    const facts = Object.keys(page.people[0]?.facts ?? {})
    expect(facts.filter((name) => name.startsWith('plumbline'))).toEqual([])
  })

  test('whoever has lost the right to write sends nothing any more, not even a repetition', async () => {
    const { connection, people, trouble, calm, fieldOf } = harness()
    const [id = ''] = people
    const lost = new Error('somebody else writes')
    const tries = async (hold: Hold) =>
      connection.push([write(id, { plumbline_score: '78' })], hold)
    await connection.push([write(id, { plumbline_score: '7' })])
    await expect(tries(heldFor(0, lost))).rejects.toBe(lost)
    await trouble('overload')
    await expect(tries(heldFor(1, lost))).rejects.toBe(lost)
    await calm()
    expect(await fieldOf({ kind: 'person', id }, 'plumbline_score')).toBe('7')
    expect(await tries(heldFor(9, lost))).toEqual([{ id, status: 'written' }])
  })

  test('a right that is lost while the CRM is silent is not waited for', async () => {
    const [id = ''] = harness().people
    const lost = new Error('somebody else writes')
    const losing = new AbortController()
    await harness().trouble('silence')
    const hold: Hold = {
      signal: losing.signal,
      // The request is on its way with the next turn of the event loop.
      assertHeld: () => void setImmediate(() => losing.abort(lost)),
    }
    const values = { plumbline_score: '78' }
    await expect(harness().connection.push([write(id, values)], hold)).rejects.toBe(lost)
    await harness().calm()
  })

  test('a value that a field cannot take is refused with a reason; the others are written', async () => {
    const [bad = '', good = ''] = harness().people
    const outcomes = await harness().connection.push([
      write(bad, { plumbline_score: 'forty' }),
      write(good, { plumbline_score: '40' }),
    ])
    expect(outcomes.find(({ id }) => id === good)).toEqual({ id: good, status: 'written' })
    expect(outcomes.find(({ id }) => id === bad)).toMatchObject({ status: 'rejected' })
    expect(outcomes.find(({ id }) => id === bad)).toHaveProperty(
      'reason',
      expect.stringMatching(/./),
    )
  })

  test('who was removed is gone, and comes back when restored', async () => {
    const subject = { kind: 'person', id: harness().people.at(-1) ?? '' } as const
    await harness().remove(subject)
    const values = { plumbline_score: '1' }
    expect(await harness().connection.push([write(subject.id, values)])).toEqual([
      { id: subject.id, status: 'gone' },
    ])
    const stream = streamOf(subject.id)
    const gone = await harness().connection.fetch(stream, [subject.id])
    expect(gone.removed).toMatchObject([{ kind: 'person', id: subject.id }])
    await harness().restore(subject)
    const back = await harness().connection.fetch(stream, [subject.id])
    expect(back.people.map(({ id }) => id)).toEqual([subject.id])
    expect(back.removed).toEqual([])
  })

  test('who was merged away is told as merged, by writing and by fetching', async () => {
    const [winner = '', loser = ''] = harness().people.slice(-3)
    const left = await harness().merge('person', winner, loser)
    const values = { plumbline_score: '1' }
    expect(await harness().connection.push([write(loser, values)])).toEqual([
      { id: loser, status: 'moved', to: left },
    ])
    const page = await harness().connection.fetch(streamOf(loser), [loser])
    expect(page.merged).toContainEqual({ kind: 'person', loser, winner: left })
    expect(page.removed).toEqual([])
  })
}
