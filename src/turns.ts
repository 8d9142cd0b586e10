import type { TaskEvent } from './events.js';

/** Milliseconds; shorter waits are told nowhere. */
const SHORTEST_WAIT = 1;

/**
 * The same tasks, but that writing a layer begins when its turn has come: with a wait for its digest, where that came
 * later. An archive names a layer by its digest, so a sink asks for that before it lets the layer write itself.
 */
export function fromTheirTurns(tasks: readonly TaskEvent[]): TaskEvent[] {
  const digested = new Map<number, number>();
  let turn = 0;
  for (const { task, layer, timing } of tasks) {
    if (task === 'digest') digested.set(layer, Math.max(timing.end, digested.get(layer) ?? 0));
    if (task === 'scan') turn = Math.max(turn, timing.end);
  }
  const turned = new Map<TaskEvent, TaskEvent>();
  const writes = tasks.filter(({ task }) => task === 'write').sort((a, b) => a.timing.start - b.timing.start);
  for (const write of writes) {
    const { start, waits } = write.timing;
    const end = Math.min(start, digested.get(write.layer) ?? turn);
    if (turn > 0 && end - turn >= SHORTEST_WAIT) {
      const timing = { ...write.timing, start: turn, waits: [{ for: 'digest' as const, start: turn, end }, ...waits] };
      turned.set(write, { ...write, timing });
    }
    turn = write.timing.end;
  }
  return tasks.map((task) => turned.get(task) ?? task);
}
