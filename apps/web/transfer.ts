/** Files to the server and papers from it, beside the calls of client.ts. */
import { routeTable } from 'virtual:route-table'
import { addressOf, CallProblem, type Input, type Output, offline, problemOf, type RouteName } from './client.ts'

/** The name the server gives to a file it sends. */
function nameOf(response: Response): string {
  const named = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get('content-disposition') ?? '')
  return decodeURIComponent(named?.[1] ?? '')
}

/** Asks for a file that is made when asked for. Throws CallProblem as `call` does. */
export async function callPaper<N extends RouteName>(name: N, input: Input<N>): Promise<File> {
  const [method] = routeTable[name] ?? ['POST']
  const body = (input as { body?: unknown }).body
  const response = await fetch(addressOf(name, input), {
    method,
    headers: { 'x-requested-with': 'yingbao', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    credentials: 'same-origin',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new CallProblem(0, 'offline', offline)
  })
  if (!response.ok) throw problemOf(response.status, await response.json().catch(() => null))
  const content = await response.blob()
  return new File([content], nameOf(response), { type: content.type })
}

/** Saves a file as the browser does with a download; its address is given up once the browser has taken it. */
export function saveFile(name: string, content: Blob): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href))
}

/** Sends one file to a route that takes one, telling how far it got (0…1). Refuses with CallProblem. */
export function sendTo<N extends RouteName>(
  name: N,
  input: Omit<Input<N>, 'body'>,
  file: File,
  onProgress: (share: number) => void = () => undefined,
): Promise<Output<N>> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', addressOf(name, input))
    request.setRequestHeader('x-requested-with', 'yingbao')
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.responseType = 'json'
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total)
    }
    request.onerror = () => reject(new CallProblem(0, 'offline', offline))
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(request.response as Output<N>)
      else reject(problemOf(request.status, request.response))
    }
    request.send(file)
  })
}

/** Hands in one file that a form will name: a photo or paper, or a stack of scans. */
export function sendFile(
  file: File,
  onProgress: (share: number) => void,
  kind: 'paper' | 'scan' = 'paper',
): Promise<Output<'files.take-file'>> {
  return sendTo('files.take-file', { query: { name: file.name, kind } }, file, onProgress)
}

/** Hands in one file of a package or list to be imported. */
export function sendTable(file: File, onProgress: (share: number) => void): Promise<Output<'registry.upload-file'>> {
  return sendTo('registry.upload-file', { query: { name: file.name } }, file, onProgress)
}
