import { type ReactNode, useEffect, useRef } from 'react'

let firstPage = true

type PageProps = {
  title: string
  crumbs?: ReactNode
  actions?: ReactNode
  /** The page holds a sheet with a heading of its own: on paper the page's head is left out. */
  sheet?: boolean
  children: ReactNode
}

/** Frame of a page: browser title, trail, heading (which takes the focus after a change of page) and page actions. */
export function Page({ title, crumbs, actions, sheet, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (!firstPage) heading.current?.focus({ preventScroll: true })
    firstPage = false
  }, [])
  return (
    <>
      <title>{`${title} · 应保`}</title>
      <div className={sheet ? 'page-head no-print' : 'page-head'}>
        <div>
          {crumbs !== undefined && (
            <nav aria-label="位置">
              <ol className="crumbs">{crumbs}</ol>
            </nav>
          )}
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
        </div>
        {actions !== undefined && <div className="row no-print">{actions}</div>}
      </div>
      <div className="stack">{children}</div>
    </>
  )
}
