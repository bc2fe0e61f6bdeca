/** Numbers, times and durations, only through Intl and always with an explicit zone. */
import { signal } from '@preact/signals';
import { locale, text } from './index';

const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
/** The agent's zone: a setting, else the browser's. */
export const zone = signal(browserZone);
export const setZone = (wanted: string | null) => {
  zone.value = wanted ?? browserZone;
};

/** Making a formatter costs a hundred times its use, and a row needs several: each is made once. */
function kept<Options extends object, Format>(make: new (tag: string, options: Options) => Format) {
  const cache = new Map<string, Format>();
  return (tag: string, options: Options): Format => {
    const key = `${tag} ${JSON.stringify(options)}`;
    let format = cache.get(key);
    if (format === undefined) {
      format = new make(tag, options);
      cache.set(key, format);
    }
    return format;
  };
}

const dates = kept<Intl.DateTimeFormatOptions, Intl.DateTimeFormat>(Intl.DateTimeFormat);
const numbers = kept<Intl.NumberFormatOptions, Intl.NumberFormat>(Intl.NumberFormat);
const relatives = kept<Intl.RelativeTimeFormatOptions, Intl.RelativeTimeFormat>(Intl.RelativeTimeFormat);
const lists = kept<Intl.ListFormatOptions, Intl.ListFormat>(Intl.ListFormat);

const dateFormat = (tag: string, timeZone: string, options: Intl.DateTimeFormatOptions) =>
  dates(tag, { ...options, timeZone });

const write = (ms: number, options: Intl.DateTimeFormatOptions) =>
  dateFormat(locale.value, zone.value, options).format(ms);

export const number = (value: number, options: Intl.NumberFormatOptions = {}) =>
  numbers(locale.value, options).format(value);
/** Hours and minutes as the locale writes them: with a leading zero in French, without in English. */
export const clock = (ms: number) => write(ms, { timeStyle: 'short' });
export const shortDate = (ms: number) => write(ms, { dateStyle: 'short' });
export const dateTime = (ms: number) => write(ms, { dateStyle: 'medium', timeStyle: 'short' });
export const fullDateTime = (ms: number) => write(ms, { dateStyle: 'full', timeStyle: 'long' });
export const fullDate = (ms: number) => write(ms, { dateStyle: 'full' });
export const weekday = (ms: number) => write(ms, { weekday: 'short' });

/** The local day as a number that grows by one each day. */
export function dayNumber(ms: number): number {
  const parts = dateFormat('en-CA', zone.value, { dateStyle: 'short' }).format(ms);
  return Date.parse(parts) / 86_400_000;
}

/** The local day as `datetime` wants it. */
export const isoDay = (ms: number) => new Date(dayNumber(ms) * 86_400_000).toISOString().slice(0, 10);

const relative = (value: number, unit: Intl.RelativeTimeFormatUnit, options: Intl.RelativeTimeFormatOptions) =>
  relatives(locale.value, options).format(value, unit);

/** When something happened, in as few words as its age allows (C-TI-2). */
export function ago(ms: number, now: number): string {
  const age = now - ms;
  if (age < 60_000 && age > -60_000) return text('time.now');
  if (age >= 0 && age < 3_600_000) return relative(-Math.floor(age / 60_000), 'minute', { style: 'short' });
  const days = dayNumber(now) - dayNumber(ms);
  if (days === 0) return clock(ms);
  if (days === 1) return text('time.day_at', { day: relative(-1, 'day', { numeric: 'auto' }), time: clock(ms) });
  if (days > 1 && days < 7) return text('time.day_at', { day: weekday(ms), time: clock(ms) });
  return shortDate(ms);
}

/** The same where there is little room: a day that is over needs no hour. */
export function agoBrief(ms: number, now: number): string {
  const days = dayNumber(now) - dayNumber(ms);
  if (now - ms < 3_600_000 || days < 1 || days > 6) return ago(ms, now);
  return days === 1 ? relative(-1, 'day', { numeric: 'auto' }) : weekday(ms);
}

/** The name of a day between messages: today, yesterday, or the full date. */
export function dayName(ms: number, now: number): string {
  const days = dayNumber(now) - dayNumber(ms);
  if (days === 0 || days === 1) {
    const name = relative(-days, 'day', { numeric: 'auto' });
    return name.charAt(0).toLocaleUpperCase(locale.value) + name.slice(1);
  }
  return write(ms, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
}

const two = (value: number) => String(value).padStart(2, '0');

/** A duration as "2 j 4 h", "2 h 05", "12 min" or "45 s"; seconds only below `secondsBelow` ms. */
export function duration(ms: number, secondsBelow = 60_000): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (ms < secondsBelow)
    return seconds < 60
      ? text('duration.s', { s: seconds })
      : text('duration.min_s', { m: Math.floor(seconds / 60), s: two(seconds % 60) });
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return text('duration.min', { m: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return text('duration.h_min', { h: hours, m: two(minutes % 60) });
  return text('duration.d_h', { d: Math.floor(hours / 24), h: hours % 24 });
}

export function fileSize(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  const step = Math.min(3, bytes > 0 ? Math.floor(Math.log10(bytes) / 3) : 0);
  return number(bytes / 1000 ** step, {
    style: 'unit',
    unit: units[step]!,
    unitDisplay: 'short',
    maximumFractionDigits: step > 1 ? 1 : 0,
  });
}

export const list = (items: string[]) => lists(locale.value, { type: 'conjunction' }).format(items);
