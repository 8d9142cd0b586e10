/**
 * Types of the run configuration as Go reads them: `ImageConfig` of image-spec, and the fields that Docker adds to it
 * (`container.Config`). One value of a wrong type makes a client refuse the whole image.
 */
import type { ConfIssue } from '../ground/errors.js';
import { isJsonArray, isJsonObject, JsonNumber, type JsonObject, type JsonValue } from '../ground/json/value.js';
import { jsonIssue } from './schema.js';

type Check = (value: JsonValue, place: string) => ConfIssue[];

const text = isA('a string', (value) => typeof value === 'string');
const flag = isA('true or false', (value) => typeof value === 'boolean');
/** An int64. */
const integer = isA('a whole number', (value) => value instanceof JsonNumber && /^-?\d{1,19}$/.test(value.text));
const texts = listOfTexts(orNull(text));
const emptyObject = isA('an object such as {}', isJsonObject);
const ports = objectOf('an object such as {"8080/tcp": {}}', emptyObject);
const paths = objectOf('an object such as {"/data": {}}', emptyObject);
const labels = objectOf('an object of strings', text);

const HEALTHCHECK = byLowerCase({
  Test: texts,
  Interval: integer,
  Timeout: integer,
  StartPeriod: integer,
  StartInterval: integer,
  Retries: integer,
});

const FIELDS = byLowerCase({
  User: text,
  ExposedPorts: ports,
  Env: texts,
  Entrypoint: texts,
  Cmd: texts,
  Volumes: paths,
  WorkingDir: text,
  Labels: labels,
  StopSignal: text,
  ArgsEscaped: flag,
  Hostname: text,
  Domainname: text,
  AttachStdin: flag,
  AttachStdout: flag,
  AttachStderr: flag,
  Tty: flag,
  OpenStdin: flag,
  StdinOnce: flag,
  Healthcheck: (value, place) =>
    isJsonObject(value) ? checkFields(value, HEALTHCHECK, `${place}.`) : [jsonIssue(place, 'an object', value)],
  Image: text,
  NetworkDisabled: flag,
  MacAddress: text,
  OnBuild: texts,
  StopTimeout: integer,
  Shell: texts,
});

/** All values of a type that clients refuse. Fields that no client knows are not looked at. */
export function runConfigFaults(config: JsonObject | null): ConfIssue[] {
  return config === null ? [] : checkFields(config, FIELDS, '');
}

/** All faults of an `Env` that is merged with a base's. A null in it is one: it would be left out. */
export function mergedEnvFaults(env: JsonValue, place: string): ConfIssue[] {
  return listOfTexts(text)(env, place);
}

function checkFields(object: JsonObject, fields: ReadonlyMap<string, Check>, prefix: string): ConfIssue[] {
  return [...object].flatMap(([key, value]) => {
    const check = fields.get(key.toLowerCase());
    return check === undefined ? [] : orNull(check)(value, prefix + key);
  });
}

/** Go finds a field by its name in any case. */
function byLowerCase(fields: Readonly<Record<string, Check>>): ReadonlyMap<string, Check> {
  return new Map(Object.entries(fields).map(([key, check]) => [key.toLowerCase(), check]));
}

/** Go takes null for an empty value of any type. */
function orNull(check: Check): Check {
  return (value, place) => (value === null ? [] : check(value, place));
}

function listOfTexts(check: Check): Check {
  return (value, place) =>
    isJsonArray(value)
      ? value.flatMap((item, i) => check(item, `${place}[${i}]`))
      : [jsonIssue(place, 'a list of strings', value)];
}

function objectOf(expected: string, check: Check): Check {
  return (value, place) =>
    isJsonObject(value)
      ? [...value].flatMap(([key, item]) => orNull(check)(item, `${place}[${JSON.stringify(key)}]`))
      : [jsonIssue(place, expected, value)];
}

function isA(expected: string, test: (value: JsonValue) => boolean): Check {
  return (value, place) => (test(value) ? [] : [jsonIssue(place, expected, value)]);
}
