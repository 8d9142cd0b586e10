/**
 * Times as the conf gives them (ISO 8601, or `now`) and as Python's `datetime.isoformat()` prints them.
 */
export interface Instant {
  /** Whole seconds since the epoch, cut towards zero. */
  readonly seconds: number;
  /** `2024-05-06T07:08:09.123456+00:00`; microseconds only where they are not zero. */
  readonly iso: string;
}

const CLOCK = /(\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?)?/.source;
const TIME = new RegExp(`^(\\d{4})(-?)(\\d\\d)\\2(\\d\\d)[T ]${CLOCK}(Z|[+-]${CLOCK})?$`);

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** Whether it is a time in the form of RFC 3339 as Go reads it, and so every client. */
export function isRfc3339(text: string): boolean {
  return RFC3339.test(text) && !('expected' in parseInstant(text, () => 0));
}

/** Why a time was refused. */
export interface TimeFault {
  readonly expected: string;
}

/** `now` is the time of the run in UTC, in microseconds since the epoch. */
export function parseInstant(text: string, now: () => number): Instant | TimeFault {
  if (text === 'now') return fromMicroseconds(now());
  const match = TIME.exec(text);
  if (match === null) return { expected: 'a time such as 1970-01-01T00:00:01+00:00, or "now"' };
  const [, year = '', , month = '', day = '', hour = '', minute = '0', second = '0', fraction = '', zone] = match;
  if (zone === undefined) return { expected: 'a time with its offset from UTC, such as …Z or …+00:00' };

  const midnight = utcDate(Number(year), Number(month), Number(day)).getTime() / 1000;
  const inRange =
    Number(year) >= 1 &&
    isDate(Number(year), Number(month), Number(day)) &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60;
  const offset = parseOffset(zone, match.slice(10));
  if (!inRange || offset === undefined) return { expected: 'a time that exists' };

  const local = midnight + Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  const micros = Number(fraction.slice(0, 6).padEnd(6, '0'));
  const date = `${year}-${month}-${day}T${pad(Number(hour))}:${pad(Number(minute))}:${pad(Number(second))}`;
  return {
    seconds: Math.trunc(local - offset + micros / 1e6) + 0,
    iso: `${date}${formatMicros(micros)}${formatOffset(offset)}`,
  };
}

function fromMicroseconds(total: number): Instant {
  const seconds = Math.floor(total / 1e6);
  const date = new Date(seconds * 1000).toISOString().slice(0, 19);
  return { seconds, iso: `${date}${formatMicros(Math.floor(total - seconds * 1e6))}+00:00` };
}

/** Seconds east of UTC; undefined where the offset is a day or more. */
function parseOffset(zone: string, [hours = '0', minutes = '0', seconds = '0']: string[]): number | undefined {
  if (zone === 'Z') return 0;
  if (Number(hours) >= 24 || Number(minutes) >= 60 || Number(seconds) >= 60) return undefined;
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return zone.startsWith('-') ? -size : size;
}

function formatOffset(offset: number): string {
  const size = Math.abs(offset);
  const seconds = size % 60;
  const clock = `${pad(Math.floor(size / 3600))}:${pad(Math.floor(size / 60) % 60)}`;
  return `${offset < 0 ? '-' : '+'}${clock}${seconds === 0 ? '' : `:${pad(seconds)}`}`;
}

function formatMicros(micros: number): string {
  return micros === 0 ? '' : `.${String(micros).padStart(6, '0')}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

function utcDate(year: number, month: number, day: number): Date {
  const date = new Date(0);
  // Date.UTC takes years below 100 for years of the 20th century.
  date.setUTCFullYear(year, month - 1, day);
  return date;
}

function isDate(year: number, month: number, day: number): boolean {
  const date = utcDate(year, month, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
