import { expect, it } from 'vitest'
import { type Profile, sharesOf } from './cpu-profile.ts'

const frame = (functionName: string, url = '') => ({ functionName, url, lineNumber: 0 })

/** Four samples a second apart: outside, in a native call made by the product, idle, in a package. */
const profile: Profile = {
  startTime: 1_000_000,
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 4, 5] },
    { id: 2, callFrame: frame('signReport', 'file:///app/src/verification/jobs/sign-report.ts'), children: [3] },
    { id: 3, callFrame: frame('hash', 'node:internal/crypto/hash') },
    { id: 4, callFrame: frame('(idle)') },
    { id: 5, callFrame: frame('parse', 'file:///app/node_modules/pg-protocol/dist/parser.js') },
  ],
  samples: [2, 3, 4, 5],
  timeDeltas: [0, 1_000_000, 1_000_000, 1_000_000, 1_000_000],
}

it('counts what was sampled within the span, native calls for who made them, and no idle time', () => {
  const { seconds, groups, functions } = sharesOf([profile], 1_500_000, 9_000_000)
  expect(seconds).toBe(2)
  expect(groups).toEqual({ 'src/verification/jobs': 1, 'package pg-protocol': 1 })
  expect(Object.keys(functions)).toEqual([
    'signReport src/verification/jobs/sign-report.ts:1',
    'parse node_modules/pg-protocol/dist/parser.js:1',
  ])
})
