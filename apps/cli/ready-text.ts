/** What is running, as far as the person at it must know. */
export interface Ready {
  readonly url: string
  /** Lines of the demo users with their passwords; none when they were made at an earlier start. */
  readonly users: readonly string[]
  readonly demo: boolean
  readonly dataDir: string
}

/** What somebody needs who sees this for the first time: where, with which account, how to stop, how to begin anew. */
export function readyText({ url, users, demo, dataDir }: Ready): string {
  const ready = `应保正在运行：打开 ${url} ，用${demo ? '演示用户' : '您的账号'}登录；按 Ctrl+C 停止\n`
  if (!demo) return ready
  const accounts =
    users.length > 0
      ? `账号和口令（只在首次启动时显示，请记下）：\n${users.join('')}`
      : '口令已在首次启动时显示；忘记了就停止后删去数据文件夹，重新启动会给出新的口令\n'
  const english = `Yingbao is running: open ${url} and sign in with an account of the list; Ctrl+C stops it, deleting ${dataDir} starts anew.\n`
  return `${ready}${accounts}数据保存在 ${dataDir}，下次启动接着用；要从头开始，停止后删去这个文件夹\n${english}`
}
