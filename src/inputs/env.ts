import type { JsonObject, JsonValue } from '../ground/json/value.js';

/**
 * The run configuration of an image that is built upon another: `Env` is the base's, then its own; of several values
 * of a name the last wins, at the first one's place. Nothing else of the base is taken. One that is null counts as empty.
 */
export function mergeEnv(given: JsonObject | null, baseEnv: readonly string[]): JsonObject {
  const config = given ?? new Map<string, JsonValue>();
  const own = config.get('Env');
  const all = [...baseEnv, ...(Array.isArray(own) ? own.filter(isText) : [])];
  if (all.length === 0) return config;
  const byName = new Map(all.map((entry): [string, JsonValue] => [entry.split('=', 1)[0] ?? '', entry]));
  return new Map<string, JsonValue>([...config, ['Env', [...byName.values()]]]);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
