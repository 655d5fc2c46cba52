import { expect, test } from 'vitest'
import { ownCompany } from '../../src/leads/own-company.ts'

test('a lead describes its company itself', () => {
  const lead = {
    email: 'ann@acme.example',
    company_name: 'Acme',
    company_domain: 'acme.example',
    company_employees: 1200,
    company_revenue: 5_000_000,
    industry: 'Software',
    country: 'Germany',
  }
  expect(ownCompany(lead)).toEqual({
    name: 'Acme',
    domain: 'acme.example',
    employees: 1200,
    revenue: 5_000_000,
    industry: 'Software',
  })
})

test('who says nothing of a company has none', () => {
  expect(ownCompany({ email: 'ann@gmail.example', country: 'Germany' })).toEqual({})
})
