import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseInstant } from '../../src/config/time.js';
import { askPython, needsPython } from '../support/python.js';

const neverNow = (): number => assert.fail('the clock was asked');

const CASES: readonly [text: string, iso: string, seconds: number][] = [
  ['1970-01-01T00:00:01Z', '1970-01-01T00:00:01+00:00', 1],
  ['2024-05-06T07:08:09+00:00', '2024-05-06T07:08:09+00:00', 1714979289],
  ['2024-05-06 07:08:09+02:00', '2024-05-06T07:08:09+02:00', 1714972089],
  ['20240506T070809Z', '2024-05-06T07:08:09+00:00', 1714979289],
  ['2024-05-06T07:08:09.5Z', '2024-05-06T07:08:09.500000+00:00', 1714979289],
  ['2024-05-06T07:08:09,123456789Z', '2024-05-06T07:08:09.123456+00:00', 1714979289],
  ['2024-02-29T07Z', '2024-02-29T07:00:00+00:00', 1709190000],
  ['1969-12-31T23:59:58.5Z', '1969-12-31T23:59:58.500000+00:00', -1],
  ['1969-12-31T23:59:59.5Z', '1969-12-31T23:59:59.500000+00:00', 0],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00+00:00', -62135596800],
  ['1970-01-01T00:00:00-00:00', '1970-01-01T00:00:00+00:00', 0],
  ['1970-01-01T00:00:00-00:00:30', '1970-01-01T00:00:00-00:00:30', 30],
];

for (const [text, iso, seconds] of CASES) {
  test(`${text} is ${iso}`, () => {
    assert.deepEqual(parseInstant(text, neverNow), { iso, seconds });
  });
}

test('now is the clock, in microseconds and UTC', () => {
  assert.deepEqual(
    parseInstant('now', () => 1_714_979_289_000_042),
    {
      iso: '2024-05-06T07:08:09.000042+00:00',
      seconds: 1714979289,
    },
  );
  assert.deepEqual(
    parseInstant('now', () => 1_000_000),
    { iso: '1970-01-01T00:00:01+00:00', seconds: 1 },
  );
});

const REFUSED: readonly [text: string, expected: RegExp][] = [
  ['', /a time such as/],
  ['yesterday', /a time such as/],
  ['NOW', /a time such as/],
  ['1714979289', /a time such as/],
  ['2024-05-06', /a time such as/],
  ['2024-0506T07:08:09Z', /a time such as/],
  [' 2024-05-06T07:08:09Z', /a time such as/],
  ['2024-05-06T07:08:09Z\n', /a time such as/],
  ['2024-05-06T07:08:09', /with its offset/],
  ['2024-02-30T00:00:00Z', /that exists/],
  ['2023-02-29T00:00:00Z', /that exists/],
  ['2024-13-01T00:00:00Z', /that exists/],
  ['2024-00-10T00:00:00Z', /that exists/],
  ['2024-05-06T24:00:00Z', /that exists/],
  ['2024-05-06T23:60:00Z', /that exists/],
  ['2024-05-06T23:59:60Z', /that exists/],
  ['0000-05-06T00:00:00Z', /that exists/],
  ['2024-05-06T07:08:09+24:00', /that exists/],
  ['2024-05-06T07:08:09+01:60', /that exists/],
];

for (const [text, expected] of REFUSED) {
  test(`${JSON.stringify(text)} is refused`, () => {
    const fault = parseInstant(text, neverNow);
    assert.ok('expected' in fault);
    assert.match(fault.expected, expected);
  });
}

const two = (max: number, min = 0) => fc.integer({ min, max }).map((value) => String(value).padStart(2, '0'));

/** Times in ISO 8601's long form, most of which exist. */
const time = fc
  .tuple(
    fc.integer({ min: 1, max: 9998 }).map((year) => String(year).padStart(4, '0')),
    two(13, 1),
    two(31, 1),
    fc.constantFrom('T', ' '),
    two(23),
    two(59),
    two(60),
    fc.option(fc.tuple(fc.constantFrom('.', ','), fc.stringMatching(/^\d{1,9}$/)), { nil: ['', ''] as const }),
    fc.oneof(
      fc.constant('Z'),
      fc
        .tuple(fc.constantFrom('+', '-'), two(24), two(59))
        .map(([sign, hours, minutes]) => `${sign}${hours}:${minutes}`),
      fc.tuple(fc.constantFrom('+', '-'), two(23), two(59), two(59)).map(([sign, ...clock]) => sign + clock.join(':')),
    ),
  )
  .map(([year, month, day, t, hour, minute, second, [point, fraction], zone]) => {
    return `${year}-${month}-${day}${t}${hour}:${minute}:${second}${point}${fraction}${zone}`;
  });

interface PythonTime {
  readonly iso: string;
  /** As text: JSON numbers would do, but so nothing is rounded. */
  readonly seconds: string;
}

test('times are read and printed as Python does', needsPython, () => {
  fc.assert(
    fc.property(fc.array(time, { minLength: 1, maxLength: 1000, size: 'max' }), (texts) => {
      const expected = askPython<(PythonTime | null)[]>('times.py', texts);
      texts.forEach((text, i) => {
        const instant = parseInstant(text, neverNow);
        const found = 'iso' in instant ? { iso: instant.iso, seconds: String(instant.seconds) } : null;
        assert.deepEqual(found, expected[i], text);
      });
    }),
    { numRuns: 5 },
  );
});
