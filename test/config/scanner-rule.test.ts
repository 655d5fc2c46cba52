import { describe, expect, test } from 'vitest'
import { readConfig } from '../../config/env.ts'
import { loadScannerRule, parseScannerRule } from '../../config/scanner-rule.ts'
import { findScannerClicks } from '../../src/enrichment/scanner-clicks.ts'
import { UserError } from '../../src/errors.ts'

const parse = (text: string) => parseScannerRule(text, 'my-rule.yaml')

describe('the rule for clicks of mail security scanners', () => {
  test('is the shipped file where nothing else is set', async () => {
    const { criteria, version } = await loadScannerRule(readConfig({}).scannerRuleFile)
    expect(criteria).toMatchObject({
      enabled: true,
      opens: false,
      before_delivery: true,
      too_soon: { seconds: 2, within_seconds: 10 },
      burst: { links: 4, within_seconds: 10 },
    })
    expect(criteria.user_agents).toContain('proofpoint')
    expect(version).toMatch(/^[0-9a-f]{12}$/)
  })

  test.each([
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/146.0.0.0 Safari/537.36',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
    'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    'Mozilla/5.0 (Linux; Android 13; CUBOT X30 Build/TP1A) AppleWebKit/537.36 Chrome/146.0 Mobile Safari/537.36',
    'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17328; Pro)',
    'Mozilla/4.0 (compatible; ms-office; MSOffice 16)',
  ])('the shipped file takes nobody for a scanner who comes with %s', async (agent) => {
    const { criteria } = await loadScannerRule(readConfig({}).scannerRuleFile)
    const click = { id: '1', type: 'email_click', at: 0, attributes: { user_agent: agent } }
    expect(findScannerClicks([click], criteria)).toEqual([])
  })

  test('what is left out is not looked at', () => {
    expect(parse('enabled: true').criteria).toEqual({
      enabled: true,
      opens: false,
      before_delivery: false,
    })
  })

  test('its version is its content: layout, comments and order of keys do not count', () => {
    const { version } = parse('enabled: true\nbefore_delivery: true\n')
    expect(parse('# Ours\nbefore_delivery:   true\n').version).toBe(version)
    expect(parse('before_delivery: false').version).not.toBe(version)
    expect(parse('enabled: false\nbefore_delivery: true').version).not.toBe(version)
  })

  test.each([
    [
      'a word that is not known',
      'enabled: true\nbursts: {}',
      /my-rule\.yaml:2:1: bursts: .*Did you mean burst\?/,
    ],
    [
      'a burst of one link',
      'burst: { links: 1, within_seconds: 9 }',
      /my-rule\.yaml:1:.*burst\.links.*least is 2/,
    ],
    ['half a burst', 'burst: { links: 4 }', /within_seconds is missing/],
    ['a text for a number', 'too_soon: { seconds: two, within_seconds: 9 }', /must be a number/],
    [
      'a part of a name that is in every name',
      'user_agents: [ "a" ]',
      /user_agents\[0\].*too short/,
    ],
    ['no YAML', 'enabled: [', /my-rule\.yaml:1:/],
    ['nothing', '', /must be a block of keys/],
    ['the same key twice', 'opens: true\nopens: false', /my-rule\.yaml:2:1: .*twice/],
  ])('%s is refused with its place', (_, text, words) => {
    expect(() => parse(text)).toThrow(UserError)
    expect(() => parse(text)).toThrow(words)
  })

  test('a file that is not there is named with the setting', async () => {
    await expect(loadScannerRule('/nowhere/rule.yaml')).rejects.toThrow(
      /\/nowhere\/rule\.yaml; check PLUMBLINE_SCANNER_RULE/,
    )
  })
})
