/** Times as people say them. The exact time is for the hover (`exact`). */
import type { Key } from './keys';

export interface Times {
  /** `09:05` on the 24-hour clock. */
  clock: (at: number) => string;
  /** `今天`, `昨天`, `11月18日 周三`, `2025年…` beside `now`. */
  day: (at: number, now: number) => string;
  /** The clock today, `昨天` yesterday, the date before. For lists. */
  brief: (at: number, now: number) => string;
  /** `5 分钟前`, `昨天 14:20`. */
  ago: (at: number, now: number) => string;
  /** `15:00 前`, `明天 15:00 前`. */
  by: (at: number, now: number) => string;
  /** A running clock: `01:38`, `1:12:41`. Never negative. */
  timer: (ms: number) => string;
  /** A length in words: `8 分钟`, `2 小时 40 分`. */
  length: (ms: number) => string;
  /** `15:00` today, `明天 15:00`, `11月18日 周三 15:00`. */
  moment: (at: number, now: number) => string;
  /** As `moment`, and today is named: `今天 15:00`. */
  when: (at: number, now: number) => string;
  /** Everything, for the hover. */
  exact: (at: number) => string;
  number: (value: number, digits?: number) => string;
  /** Names one after another: `小蓝、阿澈`, `Maya, Owen`. */
  several: (names: readonly string[]) => string;
  size: (bytes: number) => string;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const two = (value: number) => String(value).padStart(2, '0');
const startOfDay = (at: number) => new Date(at).setHours(0, 0, 0, 0);
/** Whole calendar days from `now` to `at`; rounding absorbs the hour of a clock change. */
const daysApart = (at: number, now: number) => Math.round((startOfDay(at) - startOfDay(now)) / DAY);

export function createTimes(language: string, t: (key: Key, params?: Record<string, string | number>) => string): Times {
  const monthDay = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric', weekday: 'short' });
  const short = new Intl.DateTimeFormat(language, { month: 'numeric', day: 'numeric' });
  const full = new Intl.DateTimeFormat(language, { year: 'numeric', month: 'short', day: 'numeric' });
  const whole = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'medium', hourCycle: 'h23' });

  const clock = (at: number) => {
    const date = new Date(at);
    return `${two(date.getHours())}:${two(date.getMinutes())}`;
  };
  const date = (at: number, now: number) => (new Date(at).getFullYear() === new Date(now).getFullYear() ? monthDay.format(at) : full.format(at));
  const day = (at: number, now: number) => {
    const apart = daysApart(at, now);
    if (apart === 0) return t('time.today');
    if (apart === -1) return t('time.yesterday');
    if (apart === 1) return t('time.tomorrow');
    return date(at, now);
  };
  const length = (ms: number) => {
    const total = Math.max(0, ms);
    if (total < MINUTE) return t('time.seconds', { n: Math.floor(total / 1000) });
    if (total < HOUR) return t('time.minutes', { n: Math.floor(total / MINUTE) });
    const hours = Math.floor(total / HOUR);
    const minutes = Math.floor((total % HOUR) / MINUTE);
    if (total < DAY) return minutes ? t('time.hours_minutes', { h: hours, m: minutes }) : t('time.hours', { n: hours });
    return t('time.days', { n: Math.floor(total / DAY) });
  };

  const moment = (at: number, now: number) => (daysApart(at, now) === 0 ? clock(at) : `${day(at, now)} ${clock(at)}`);

  return {
    clock, day, length,
    when: (at, now) => `${day(at, now)} ${clock(at)}`,
    several: (names) => names.join(language === 'en' ? ', ' : '、'),
    brief: (at, now) => {
      const apart = daysApart(at, now);
      if (apart === 0) return clock(at);
      if (apart === -1) return t('time.yesterday');
      return new Date(at).getFullYear() === new Date(now).getFullYear() ? short.format(at) : full.format(at);
    },
    ago: (at, now) => {
      const passed = now - at;
      if (passed < MINUTE) return t('time.just_now');
      if (passed < HOUR) return t('time.ago', { length: length(passed) });
      if (daysApart(at, now) === 0 && passed < 6 * HOUR) return t('time.ago', { length: length(Math.floor(passed / HOUR) * HOUR) });
      return `${day(at, now)} ${clock(at)}`;
    },
    moment,
    by: (at, now) => t('time.by', { when: moment(at, now) }),
    timer: (ms) => {
      const seconds = Math.max(0, Math.floor(ms / 1000));
      const h = Math.floor(seconds / 3600);
      const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
      return h > 0 ? `${h}:${rest}` : rest;
    },
    exact: (at) => whole.format(at),
    number: (value, digits = 0) => new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value),
    size: (bytes) => (bytes < 1024 ? `${bytes} B` : bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`),
  };
}
