import { type ErrorComponentProps, Link, Outlet } from '@tanstack/react-router'
import { ErrorPanel } from '../ui/states.tsx'

/** Outermost frame: pages with and without a session. */
export function RootFrame() {
  return <Outlet />
}

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <main>
      <title>没有这个页面 · 应保</title>
      <div className="card empty">
        <h1>没有这个页面</h1>
        <p>
          网址可能写错了。<Link to="/">回到首页</Link>
        </p>
      </div>
    </main>
  )
}

/** A page that broke, or a server that did not answer its first question. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  return (
    <main>
      <title>出错了 · 应保</title>
      <h1 className="hidden">出错了</h1>
      <ErrorPanel error={error} retry={reset} />
    </main>
  )
}
