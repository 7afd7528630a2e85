/** Pages drawn without a browser: the router's parts as plain links, answers of the server laid ready, buttons pressed by their words. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createElement, isValidElement, type ReactElement, type ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { prerenderToNodeStream } from 'react-dom/static'

type LinkProps = { to: string; params?: object; search?: object; hash?: string; children: ReactNode }

function StubLink({ to, params, search, hash, children }: LinkProps): ReactElement {
  const path = Object.entries(params ?? {}).reduce((text, [key, value]) => text.replace(`$${key}`, String(value)), to)
  const said = Object.entries(search ?? {}).filter(([, value]) => value !== undefined)
  const end = hash === undefined ? '' : `#${hash}`
  return createElement('a', { href: `${path}?${new URLSearchParams(said)}${end}` }, children)
}

/** Stands for `@tanstack/react-router`; `at` is what the address says. */
export function routerStub(at: { search?: object; params?: object }): object {
  const hooks = {
    useSearch: () => at.search ?? {},
    useParams: () => at.params ?? {},
    useNavigate: () => () => undefined,
    useLocation: () => '/',
  }
  return { Link: StubLink, ...hooks, getRouteApi: () => hooks }
}

/** What the server answered, by the key it is asked for with. */
export type Answered = readonly [key: readonly unknown[], data: unknown]

function within(element: ReactElement, answers: readonly Answered[]): ReactElement {
  const client = new QueryClient()
  for (const [key, data] of answers) client.setQueryData(key, data)
  return createElement(QueryClientProvider, { client }, element)
}

/** The element as it is drawn first. */
export function drawnAtOnce(element: ReactElement, answers: readonly Answered[]): string {
  return renderToStaticMarkup(within(element, answers))
}

/** The element with all its parts, those that are loaded later too. */
export async function drawn(element: ReactElement, answers: readonly Answered[]): Promise<string> {
  const { prelude } = await prerenderToNodeStream(within(element, answers))
  const chunks: Buffer[] = []
  for await (const chunk of prelude) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8').replaceAll('<!-- -->', '')
}

type Props = { children?: ReactNode; onClick?: () => void }

function childrenOf(node: ReactNode): ReactNode[] {
  if (Array.isArray(node)) return node
  if (!isValidElement<Props>(node)) return []
  const { type, props } = node
  return typeof type === 'function' ? [(type as (props: Props) => ReactNode)(props)] : [props.children]
}

function wordsOf(node: ReactNode): string {
  if (typeof node === 'string' || typeof node === 'number') return String(node)
  return childrenOf(node).map(wordsOf).join('')
}

/** Presses the one button whose words begin so, of parts without a state of their own. */
export function press(node: ReactNode, words: string): void {
  const buttons = (at: ReactNode): ReactElement<Props>[] => [
    ...(isValidElement<Props>(at) && at.type === 'button' && wordsOf(at).startsWith(words) ? [at] : []),
    ...childrenOf(at).flatMap(buttons),
  ]
  const [button, ...others] = buttons(node)
  if (button === undefined || others.length > 0) throw new Error(`${others.length + (button ? 1 : 0)} buttons say ${words}`)
  button.props.onClick?.()
}
