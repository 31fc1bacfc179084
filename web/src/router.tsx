// Addresses: each screen has one, also with its filters.
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";

const root = document.documentElement.dataset.root ?? "";

interface Place {
  path: string;
  query: URLSearchParams;
}

const here = (): Place => ({
  path: location.pathname.slice(root.length).replace(/(.)\/+$/, "$1") || "/",
  query: new URLSearchParams(location.search),
});

/** Where the user is, without the prefix of a proxy. */
export const place = signal<Place>(here());
/** Counts navigations, after which the heading of the new screen gets the focus. */
export const visits = signal(0);

addEventListener("popstate", () => {
  place.value = here();
  visits.value += 1;
});

/** An address with parameters, whatever these hold. */
export const withQuery = (path: string, parameters: Record<string, string>): string => `${path}?${new URLSearchParams(parameters)}`;

export const hrefOf = (to: string): string => root + to;

export function go(to: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, "", hrefOf(to));
  else history.pushState(null, "", hrefOf(to));
  const path = place.value.path;
  place.value = here();
  if (place.value.path !== path) {
    visits.value += 1;
    scrollTo(0, 0);
  }
}

/** Change parameters of the address; empty ones are left out. */
export function setQuery(changes: Record<string, string>): void {
  const query = new URLSearchParams(place.value.query);
  for (const [name, value] of Object.entries(changes)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  go(`${place.value.path}${query.size ? `?${query}` : ""}`, { replace: true });
}

interface LinkProps {
  href: string;
  class?: string;
  children: ComponentChildren;
  "aria-current"?: "page" | undefined;
  "aria-label"?: string;
}

/** A link within the console. */
export function Link({ href, children, ...attributes }: LinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(href);
  };
  return (
    <a href={hrefOf(href)} onClick={follow} {...attributes}>
      {children}
    </a>
  );
}
