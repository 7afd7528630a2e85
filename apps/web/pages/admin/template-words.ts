/** A version of a template as people say it. */
export function versionWords(version: number): string {
  return version === 0 ? '程序自带' : `第 ${version} 版`
}
