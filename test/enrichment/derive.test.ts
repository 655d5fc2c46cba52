import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type DerivedFacts,
  deriveCompany,
  derivePerson,
  ENRICHMENT_VERSION,
  mergeFacts,
} from '../../src/enrichment/derive.ts'
import { JOB_FUNCTIONS, REGIONS, SENIORITIES } from '../../src/enrichment/vocabulary.ts'
import type { FactMap } from '../../src/leads/facts.ts'
import { TITLE_SAMPLES } from './title-samples.ts'
import { TITLE_TRAPS } from './title-traps.ts'

const ALWAYS_DERIVED = ['country_code', 'email_domain', 'email_kind', 'email_role', 'region']

test('every derived fact says in words what it was read from', () => {
  const facts = {
    email: 'info@mail.acme.example',
    title: 'Sr. Dir., Marketing Ops',
    country: 'Deutschland',
  }
  expect(derivePerson(facts, { country: 'France' })).toEqual({
    email_kind: { value: 'business', source: 'e-mail domain acme.example' },
    email_role: { value: true, source: 'e-mail "info@mail.acme.example"' },
    email_domain: { value: 'acme.example', source: 'e-mail domain acme.example' },
    seniority: { value: 'director', source: 'title "Sr. Dir., Marketing Ops"' },
    function: { value: 'revops', source: 'title "Sr. Dir., Marketing Ops"' },
    country_code: { value: 'DE', source: 'country "Deutschland"' },
    region: { value: 'EMEA', source: 'country "Deutschland"' },
  })
})

test('nothing is derived from nothing', () => {
  expect(derivePerson({}, undefined)).toEqual({})
  expect(derivePerson({ email: ' ', title: '', country: '\t' }, {})).toEqual({})
  expect(derivePerson({ title: 'Ninja', country: 'Earth' }, { country: 'n/a' })).toEqual({})
  expect(deriveCompany({ name: 'Acme' })).toEqual({})
})

test('values of another type than text are no text', () => {
  expect(derivePerson({ email: 7, title: true, country: ['DE'] }, undefined)).toEqual({})
})

test('an invalid address has a kind and neither domain nor role', () => {
  expect(derivePerson({ email: 'ann@' }, undefined)).toEqual({
    email_kind: { value: 'invalid', source: 'e-mail "ann@"' },
  })
})

test('without a usable country of their own people get the region of their company', () => {
  const region = { value: 'APAC', source: 'company country' }
  expect(derivePerson({}, { country: 'Japan' })).toEqual({ region })
  expect(derivePerson({ country: 'Earth' }, { country: 'Japan' })).toEqual({ region })
})

test('the country of the address is nobody’s country', () => {
  expect(derivePerson({ email: 'ann@acme.de' }, undefined)).not.toHaveProperty('region')
})

test('a company has the code and region of its country', () => {
  expect(deriveCompany({ country: 'Brasil' })).toEqual({
    country_code: { value: 'BR', source: 'country "Brasil"' },
    region: { value: 'LATAM', source: 'country "Brasil"' },
  })
})

test('a long or many-lined title is quoted short, on one line, without control characters', () => {
  const title = `VP\n\u202ESales\u0007 ${'and more '.repeat(30)}`
  const source = derivePerson({ title }, undefined)['seniority']?.source ?? ''
  expect(source).toMatch(/^title "VP Sales and more .*…"$/)
  expect(source.length).toBeLessThan(100)
})

test('what the CRM knows wins, except for what is always derived', () => {
  const crm = {
    title: 'VP Sales',
    seniority: 'manager',
    region: 'Bavaria',
    email_kind: 'free',
    country: 'Deutschland',
  }
  expect(mergeFacts(crm, derivePerson(crm, undefined))).toEqual({
    country: 'Deutschland',
    country_code: 'DE',
    function: 'sales',
    region: 'EMEA',
    seniority: 'manager',
    title: 'VP Sales',
  })
})

const value = fc.oneof(
  fc.constantFrom('VP Sales', 'Student', 'Japan', 'UK', 'info@acme.example', 'ann@gmail.com'),
  fc.string(),
  fc.double(),
  fc.boolean(),
  fc.array(fc.string()),
)
const factMap: fc.Arbitrary<FactMap> = fc.dictionary(
  fc.oneof(
    fc.string(),
    fc.constantFrom('seniority', 'function', 'title', 'email', 'country', ...ALWAYS_DERIVED),
  ),
  value,
)
const derivedFacts: fc.Arbitrary<DerivedFacts> = fc.dictionary(
  fc.oneof(fc.string(), fc.constantFrom('seniority', 'function', ...ALWAYS_DERIVED)),
  fc.record({ value, source: fc.string() }),
)

test('merging keeps every other value of the CRM', () => {
  fc.assert(
    fc.property(factMap, derivedFacts, (crm, derived) => {
      const merged = mergeFacts(crm, derived)
      const own = Object.entries(crm).filter(([name]) => !ALWAYS_DERIVED.includes(name))
      for (const [name, known] of own) expect(merged[name]).toBe(known)
      for (const name of ALWAYS_DERIVED) expect(merged[name]).toBe(derived[name]?.value)
    }),
  )
})

test('merging twice is merging once, and the order of fields never shows', () => {
  fc.assert(
    fc.property(factMap, derivedFacts, (crm, derived) => {
      const merged = mergeFacts(crm, derived)
      const reversed = Object.fromEntries(Object.entries(crm).toReversed())
      expect(JSON.stringify(mergeFacts(merged, derived))).toBe(JSON.stringify(merged))
      expect(JSON.stringify(mergeFacts(reversed, derived))).toBe(JSON.stringify(merged))
    }),
  )
})

test('merged fields are in code-unit order', () => {
  const crm = { b: 1, Z: 2, é: 3, a: 4 }
  expect(Object.keys(mergeFacts(crm, { c: { value: 5, source: '' } }))).toEqual([
    'Z',
    'a',
    'b',
    'c',
    'é',
  ])
})

test('whatever the fields hold, derived values are from the vocabulary and deriving again changes nothing', () => {
  const allowed = {
    seniority: SENIORITIES,
    function: JOB_FUNCTIONS,
    region: REGIONS,
  }
  fc.assert(
    fc.property(factMap, factMap, (person, company) => {
      const derived = derivePerson(person, company)
      for (const [name, values] of Object.entries(allowed)) {
        expect([undefined, ...values]).toContain(derived[name]?.value)
      }
      expect(derivePerson(mergeFacts(person, derived), company)).toEqual(derived)
    }),
  )
})

/** What version 2 derives from the tables. A new digest needs a new version: stored rows are derived again by it. */
const DERIVED_BY = { version: 2, digest: 'c94eafd004eb7c14' }

test('a change of what titles derive to raises the version', () => {
  const derived = [...TITLE_TRAPS, ...TITLE_SAMPLES].map(([title]) =>
    derivePerson({ title }, undefined),
  )
  const digest = createHash('sha256').update(JSON.stringify(derived)).digest('hex').slice(0, 16)
  expect({ version: ENRICHMENT_VERSION, digest }).toEqual(DERIVED_BY)
})
