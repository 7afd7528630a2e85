import { describe, expect, it } from 'vitest'
import { formView, type PlacedImage } from './form-view.ts'

describe('texts of a form', () => {
  it('V1, V3 follow the name of the field', () => {
    const view = formView(
      { issuedOn: '2026-09-15', fromMonth: '2026-10', baseFen: 72_000, floorArea: 8_650, yesVotes: 12, age: 46, covered: true },
      [],
    )
    expect(view).toEqual({
      issuedOn: '2026年9月15日',
      issuedOnWords: '二〇二六年九月十五日',
      fromMonth: '2026年10月',
      baseFen: '720.00',
      baseFenCapitals: '人民币柒佰贰拾元整',
      floorArea: '86.50',
      yesVotes: '12',
      yesVotesCapitals: '壹拾贰',
      age: '46',
      covered: '是',
    })
  })

  it('V2 null is left out, a nought and an empty list stay', () => {
    expect(formView({ baseFen: null, totalFen: 0, rows: null, list: [], on: null }, [])).toEqual({
      totalFen: '0.00',
      totalFenCapitals: '人民币零元整',
      list: [],
    })
  })

  it('takes pictures out and names them, also in lists', () => {
    const images: PlacedImage[] = []
    const view = formView({ sealImage: new Uint8Array([1]), photos: [{ photoImage: new Uint8Array([2]) }] }, images)
    expect(view).toEqual({ sealImage: 'image-1', photos: [{ photoImage: 'image-2' }] })
    expect(images.map((each) => each.bytes[0])).toEqual([1, 2])
  })
})
