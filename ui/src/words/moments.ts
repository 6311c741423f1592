/** Dates, durations and sizes in the person's language. One formatter each: making one costs a millisecond. */
import { locale } from './say';

let made: { tongue: string; day: Intl.DateTimeFormat; clock: Intl.DateTimeFormat; ago: Intl.RelativeTimeFormat; now: Intl.RelativeTimeFormat } | undefined;

function formats() {
  const tongue = locale() === 'ar-XB' ? 'ar' : locale() === 'en-XA' ? 'en' : locale();
  if (made?.tongue !== tongue) {
    made = {
      tongue,
      day: new Intl.DateTimeFormat(tongue, { dateStyle: 'medium', timeStyle: 'medium' }),
      clock: new Intl.DateTimeFormat(tongue, { hour: '2-digit', minute: '2-digit', second: '2-digit' }),
      // "1 day ago" and not "yesterday": what is counted in whole spans says nothing of the calendar.
      ago: new Intl.RelativeTimeFormat(tongue),
      now: new Intl.RelativeTimeFormat(tongue, { numeric: 'auto' }),
    };
  }
  return made;
}

/** A moment in full, as for a tooltip. */
export const inFull = (moment: string): string => formats().day.format(new Date(moment));

/** The time of day to the minute, as for an appointment. */
export const hourOf = (moment: string): string => of('day', { hour: '2-digit', minute: '2-digit' }).format(new Date(moment));

/** Only the time of day. */
export const timeOfDay = (moment: string): string => formats().clock.format(new Date(moment));

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** How far a moment is from now: `3 minutes ago`, `in 2 days`, `now`. */
export function fromNow(moment: string, now: number): string {
  const seconds = Math.round((Date.parse(moment) - now) / 1000);
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return formats().ago.format(Math.trunc(seconds / size), unit);
  }
  return formats().now.format(0, 'second');
}

/** A number of bytes in the unit that a person would use. */
export function inBytes(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const options = { style: 'unit', unit: units[step], unitDisplay: 'short', maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(formats().tongue, options as Intl.NumberFormatOptions).format(bytes / 1000 ** step);
}

/** A day, short: `21 Nov`, with the year where it is another one. `2026-11-21` is a day of the person's own clock. */
export function asDay(moment: string, look: 'short' | 'full' = 'short'): string {
  const date = new Date(/^\d{4}-\d\d-\d\d$/.test(moment) ? `${moment}T00:00:00` : moment);
  const options: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' };
  if (date.getFullYear() !== new Date().getFullYear()) options.year = 'numeric';
  if (look === 'full') Object.assign(options, { weekday: 'long', month: 'long' });
  return of('day', options).format(date);
}

/** How long something took: `412 ms`, `2.1 s`, `3 min`. */
export function inTime(millis: number): string {
  const [value, unit] =
    millis < 1000 ? [millis, 'millisecond'] : millis < 60_000 ? [millis / 1000, 'second'] : [millis / 60_000, 'minute'];
  return of('number', { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: unit === 'second' ? 1 : 0 }).format(value);
}

/** A plain number; `compact` for an axis. */
export const inNumbers = (count: number, look: 'full' | 'compact' = 'full'): string =>
  of('number', look === 'compact' ? { notation: 'compact', maximumFractionDigits: 1 } : {}).format(count);

/** A share of a hundred. */
export const inPercent = (percent: number): string => of('number', { style: 'percent' }).format(percent / 100);

const more = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat>();

function of(kind: 'day', options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat;
function of(kind: 'number', options: Intl.NumberFormatOptions): Intl.NumberFormat;
function of(kind: 'day' | 'number', options: object): Intl.DateTimeFormat | Intl.NumberFormat {
  const { tongue } = formats();
  const key = `${kind} ${tongue} ${JSON.stringify(options)}`;
  const found = more.get(key) ?? (kind === 'day' ? new Intl.DateTimeFormat(tongue, options) : new Intl.NumberFormat(tongue, options));
  more.set(key, found);
  return found;
}
