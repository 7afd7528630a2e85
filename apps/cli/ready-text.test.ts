import { describe, expect, it } from 'vitest'
import { readyText } from './ready-text.ts'

const at = { url: 'http://127.0.0.1:8080', dataDir: '/data/var' }
const users = ['  township    abcd-efgh-ijkl    乡镇经办人 李\n', '  approver    mnpq-rstu-vwxy    审核人 王\n']

describe('what a person reads once the product runs', () => {
  it('is, at the first start of a demo: address, accounts, how to stop, how to begin anew, in both languages', () => {
    const told = readyText({ ...at, users, demo: true })
    const [first = '', second, ...rest] = told.trimEnd().split('\n')
    expect(first).toBe('应保正在运行：打开 http://127.0.0.1:8080 ，用演示用户登录；按 Ctrl+C 停止')
    expect(second).toBe('账号和口令（只在首次启动时显示，请记下）：')
    expect(rest.slice(0, 2).map((line) => `${line}\n`)).toEqual(users)
    expect(rest[2]).toBe('数据保存在 /data/var，下次启动接着用；要从头开始，停止后删去这个文件夹')
    expect(rest[3]).toMatch(/open http:\/\/127\.0\.0\.1:8080 and sign in.*Ctrl\+C stops it.*deleting \/data\/var starts anew/)
    expect(rest).toHaveLength(4)
  })

  it('is, at a later start, where the passwords were and what to do without them', () => {
    const told = readyText({ ...at, users: [], demo: true })
    expect(told).toContain('口令已在首次启动时显示；忘记了就停止后删去数据文件夹，重新启动会给出新的口令\n')
    expect(told).not.toContain('请记下')
    expect(told).toContain('数据保存在 /data/var，')
  })

  it('says nothing of demo users where there are none', () => {
    expect(readyText({ ...at, users: [], demo: false })).toBe(
      '应保正在运行：打开 http://127.0.0.1:8080 ，用您的账号登录；按 Ctrl+C 停止\n',
    )
  })
})
