/** Times in somebody else's zone: what the clock on the wall shows there, and which moment a wall clock's time is. Pure. */

/** How far a zone is ahead of UTC at a moment, in ms. */
function ahead(zone: string, at: number): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' }).formatToParts(at);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')) - Math.floor(at / 1000) * 1000;
}

const two = (value: number) => String(value).padStart(2, '0');

/** The time on the wall there, as a date-time field has it: `2026-11-30T09:00`. */
export function wall(zone: string, at: number): string {
  const date = new Date(at + ahead(zone, at));
  return `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}T${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
}

/** The moment at which the wall there shows this; null for what is no time. */
export function moment(zone: string, text: string): number | null {
  const found = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})/.exec(text);
  if (!found) return null;
  const [year, month, day, hour, minute] = found.slice(1).map(Number) as [number, number, number, number, number];
  const guess = Date.UTC(year, month - 1, day, hour, minute);
  // The offset at the guess may be another than at the moment itself, where clocks are put forward or back.
  const first = guess - ahead(zone, guess);
  return guess - ahead(zone, first);
}

/** The next moment at which the wall there shows this hour: today or on a later day; `weekday` 1 is Monday. */
export function nextAt(zone: string, from: number, hour: number, days: number, weekday?: number): number {
  const today = wall(zone, from).slice(0, 10);
  for (let later = days; later < days + 8; later += 1) {
    const date = new Date(Date.parse(`${today}T00:00Z`) + later * 86_400_000);
    if (weekday !== undefined && date.getUTCDay() !== weekday) continue;
    const at = moment(zone, `${date.toISOString().slice(0, 10)}T${two(hour)}:00`);
    if (at !== null && at > from) return at;
  }
  return from;
}

/** Is this the name of a zone that this browser knows? */
export function knows(zone: string | null | undefined): zone is string {
  if (!zone) return false;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
