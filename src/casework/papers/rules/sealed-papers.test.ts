import { describe, expect, it } from 'vitest'
import { isIssued } from './sealed-papers.ts'

const nothing = { accepted: false, kinds: new Set<string>() }
const all = { accepted: true, kinds: new Set(['missing_items', 'not_accepted', 'visit', 'commission', 'opinion']) }

describe('isIssued', () => {
  it.each([
    ['acceptance-notice', { ...nothing, accepted: true }],
    ['missing-items-notice', { ...nothing, kinds: new Set(['missing_items']) }],
    ['rejection-notice', { ...nothing, kinds: new Set(['not_accepted']) }],
  ])('%s bears the seal once there is what it tells of', (form, facts) => {
    expect(isIssued(form, facts)).toBe(true)
    expect(isIssued(form, nothing)).toBe(false)
  })

  it.each([
    'application',
    'proxy',
    'household-economics',
    'related-party',
    'verification-order',
    'home-visit',
    'neighbour-interview',
    'written-inquiry',
    'deliberation',
    'review-form',
    'card-agreement',
  ])('%s bears none, whatever the case holds', (form) => expect(isIssued(form, all)).toBe(false))
})
