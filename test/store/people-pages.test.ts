import { beforeEach, describe, expect, test } from 'vitest'
import { peoplePages } from '../../src/store/people-pages.ts'
import { removeSubjects, upsertPeople } from '../../src/store/subjects.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'

const NOW = new Date('2026-11-22T12:00:00Z')

describe('going through everybody in pages', () => {
  const database = useDatabase()
  let installationId: string
  beforeEach(async () => {
    installationId = (await makeInstallation(database.db)).id
  })
  const add = (id: string, ids: readonly string[]) =>
    upsertPeople(
      database.db,
      id,
      ids.map((each) => ({ id: each, facts: {}, createdAt: NOW, updatedAt: NOW })),
      NOW,
    )
  const pages = async (size: number) => {
    const read: (readonly string[])[] = []
    for await (const page of peoplePages(database.db, installationId, size)) read.push(page)
    return read
  }

  test.each([1, 3, 7, 8])(
    'pages of %i hold everybody alive once, and nobody else',
    async (size) => {
      const ids = ['1', '10', '2', 'a', 'B', 'c', 'Ä']
      await add(installationId, [...ids, 'gone'])
      await add((await makeInstallation(database.db)).id, ['other'])
      await removeSubjects(database.db, installationId, 'person', [{ id: 'gone', at: NOW }])
      const read = await pages(size)
      expect(read.flat().toSorted()).toEqual(ids.toSorted())
      expect(read.every((page) => page.length > 0 && page.length <= size)).toBe(true)
    },
  )

  test('an empty installation has no page', async () => {
    expect(await pages(5)).toEqual([])
  })
})
