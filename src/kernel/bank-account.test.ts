import { describe, expect, it } from 'vitest'
import { accountFault, cardDigits, failsAsCard, passesLuhn } from './bank-account.ts'

describe('bank accounts', () => {
  it('checks cards only', () => {
    expect(passesLuhn('6222021234567890129')).toBe(false)
    expect(passesLuhn('79927398713')).toBe(true)
    expect(passesLuhn('')).toBe(false)
    expect(cardDigits('６２２２ 0212 3456 7890 129')).toBe('6222021234567890129')
    expect(cardDigits('6299715772342')).toBeNull()
    expect(cardDigits('1234567890123456')).toBeNull()
    expect(failsAsCard('6222 0212 3456 7890 129')).toBe(true)
    expect(failsAsCard('6299715772342')).toBe(false)
  })

  it('catches every wrong digit of a card', () => {
    const good = [...'622202123456789012'].concat([...'0123456789'].find((d) => passesLuhn(`622202123456789012${d}`)) ?? '')
    expect(failsAsCard(good.join(''))).toBe(false)
    for (let place = 2; place < good.length; place++) {
      const wrong = good.with(place, String((Number(good[place]) + 1) % 10))
      expect(failsAsCard(wrong.join(''))).toBe(true)
    }
  })

  it('says what cannot be an account, without repeating it', () => {
    for (const fine of ['6217000000000000129', '6217 0000 0000 0000 129', '6299715772342', '１２３４５６７８']) {
      expect(accountFault(fine)).toBeNull()
    }
    expect(accountFault('6217abc')).toMatch(/只能由数字组成/)
    expect(accountFault('')).toMatch(/只能由数字组成/)
    for (const wrong of ['1234567', '1'.repeat(19), '12'.repeat(16)]) expect(accountFault(wrong)).toMatch(/8 至 30 位/)
  })
})
