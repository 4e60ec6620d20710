import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface Props {
  title: string;
  children: ComponentChildren;
  /** Whether it stands beside another view, whose heading is the one of the page. */
  isBeside?: boolean;
}

/** The heading of a view. That of the page takes the focus when its view appears, and names the tab. */
export function Heading({ title, children, isBeside = false }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (isBeside) return;
    document.title = `${title} – Azure queues`;
    heading.current?.focus();
  }, [title, isBeside]);
  const Tag = isBeside ? "h2" : "h1";
  return (
    <Tag ref={heading} tabIndex={-1}>
      {children}
    </Tag>
  );
}
