import { expect, test } from 'vitest'
import { signState } from '../../src/http/state.ts'
import { useDatabase } from '../helpers/database.ts'
import { TEST_SECRET } from '../helpers/secret.ts'
import { useWebServer } from './web-server.ts'

const database = useDatabase()
const web = useWebServer(() => database.db)
const NEW = 'the new secret, as long as it must be'

/** Without the browser's cookie: what is objected to first is the state, then the browser. */
test.each([
  ['while it is set', TEST_SECRET, 'This browser did not start the installation'],
  ['but not afterwards', undefined, 'too old or was not started here'],
])(
  'an installation that began under the former secret goes on, %s',
  async (_when, previousSecret, words) => {
    const ask = await web.start({ secret: NEW, previousSecret })
    const { text } = signState(TEST_SECRET, 'hubspot', new Date(), 'install')
    const { status, body } = await ask(`/oauth/hubspot/callback?code=x&state=${text}`)
    expect(status).toBe(400)
    expect(body).toContain(words)
  },
)

test('one that begins now is signed under the present one', async () => {
  const ask = await web.start({ secret: NEW, previousSecret: TEST_SECRET })
  const { headers } = await ask('/install/hubspot')
  const state = new URL(headers.location ?? '').searchParams.get('state') ?? ''
  const later = await web.start({ secret: NEW })
  const { body } = await later(`/oauth/hubspot/callback?code=x&state=${state}`)
  expect(body).toContain('This browser did not start')
})
