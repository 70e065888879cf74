/** What a person may do, as far as the desk shows or hides it. The server decides again at every call. */
import type { Me } from '@hark/api';

/** True when any permission held, anywhere, is about one of these nouns (`accounts.users.manage` is about `users`). */
export function concerns(me: Me, nouns: readonly string[]): boolean {
  const held = [me.permissions.provider, ...Object.values(me.permissions.tenants), ...Object.values(me.permissions.lines)].flat();
  return held.some((permission) => permission === '*' || permission.split(/[.:_]/).some((part) => nouns.includes(part)));
}

/** Is this held anywhere at all? */
export function holdsAnywhere(me: Me, permission: string): boolean {
  const { provider, tenants, lines } = me.permissions;
  return [provider, ...Object.values(tenants), ...Object.values(lines)].flat().some((one) => one === '*' || one === permission);
}

/** Is this held where the work is: everywhere, in its client, or in its line? */
export function holds(me: Me, permission: string, at: { tenant: string; line: string }): boolean {
  const { provider, tenants, lines } = me.permissions;
  const held = [provider, tenants[at.tenant] ?? [], lines[at.line] ?? []].flat();
  return held.some((one) => one === '*' || one === permission);
}

const in_ = (held: readonly string[] | undefined, permission: string) => Boolean(held?.some((one) => one === '*' || one === permission));

/** Is this held for everything, also for clients still to come? What belongs to the provider needs it so. */
export function holdsEverywhere(me: Me, permission: string): boolean { return in_(me.permissions.provider, permission); }

/** Is this held for the whole of a client: everywhere, or in it? */
export function holdsWhole(me: Me, permission: string, tenant: string): boolean {
  return holdsEverywhere(me, permission) || in_((me.permissions.tenants as Record<string, string[]>)[tenant], permission);
}
