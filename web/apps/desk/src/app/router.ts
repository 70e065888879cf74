/** Addresses of the desk and moving between them. */
import { createStore, useStore } from '../state/store';

export type Route =
  | { name: 'conversations'; id: string | null }
  | { name: 'customers'; id: string | null; sub: string | null }
  | { name: 'day' }
  | { name: 'floor'; page: string | null; id: string | null }
  | { name: 'settings'; page: string | null; id: string | null }
  | { name: 'monitor' | 'wallboard' | 'reports' }
  | { name: 'setup' | 'invite'; token: string };

export function parse(path: string, hash = ''): Route {
  const [first = '', second = null, third = null] = path.split('/').filter(Boolean).map(decodeURIComponent);
  if (first === 'floor' && second === 'monitor') return { name: 'monitor' };
  switch (first) {
    case 'customers': return { name: 'customers', id: second, sub: third };
    case 'day': return { name: 'day' };
    case 'floor': return { name: 'floor', page: second, id: third };
    case 'monitor': case 'wallboard': case 'reports': return { name: first };
    case 'settings': return { name: 'settings', page: second, id: third };
    // The token stands behind `#` where a link can be written so: that part reaches no log.
    case 'setup': case 'invite': return { name: first, token: second ?? hash.replace(/^#(token=)?/, '') };
    default: return { name: 'conversations', id: first === 'c' ? second : null };
  }
}

const current = createStore<Route>(parse(location.pathname, location.hash || location.search.replace(/^\?/, '#')));
window.addEventListener('popstate', () => current.set(parse(location.pathname, location.hash)));

export function go(path: string, replace = false): void {
  if (path === location.pathname) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', path);
  current.set(parse(path));
}

export function useRoute(): Route { return useStore(current); }
export function routeNow(): Route { return current.get(); }

/** Properties of a link that stays inside the desk; `before` is done ahead of going there. With a modifier key the browser does what it always does. */
export function link(path: string, before?: () => void) {
  return {
    href: path,
    onClick: (event: { metaKey: boolean; ctrlKey: boolean; shiftKey: boolean; button: number; preventDefault: () => void }) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      before?.();
      go(path);
    },
  };
}
