import { describe, expect, it } from 'vitest'
import { dropDraft, readDraft, writeDraft } from './clearing-draft.ts'

function storage(): Storage {
  const kept = new Map<string, string>()
  return {
    get length() {
      return kept.size
    },
    clear: () => kept.clear(),
    getItem: (key) => kept.get(key) ?? null,
    key: (i) => [...kept.keys()][i] ?? null,
    removeItem: (key) => void kept.delete(key),
    setItem: (key, value) => void kept.set(key, value),
  }
}

describe('what was typed under a finding', () => {
  it('is there again after a lost session, and gone once signed', () => {
    const store = storage()
    writeDraft('F1', { outcome: 'not_true', reason: '已卖给外村人', evidence: [], teach: true }, store)
    expect(readDraft('F1', store)).toMatchObject({ outcome: 'not_true', reason: '已卖给外村人', teach: true })
    expect(readDraft('F2', store)).toMatchObject({ outcome: null, reason: '' })
    dropDraft('F1', store)
    expect(readDraft('F1', store)).toMatchObject({ outcome: null, reason: '' })
  })

  it('counts as empty when it is damaged', () => {
    const store = storage()
    store.setItem('clearing:F1', '{"reason":')
    expect(readDraft('F1', store)).toMatchObject({ outcome: null, reason: '', evidence: [] })
  })
})
