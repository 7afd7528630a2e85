/** Where a command writes. */
export interface Io {
  stdout: NodeJS.WriteStream
  stderr: NodeJS.WriteStream
}
