/** Looks how a base image's layer is compressed. */
import { foundForm } from '../../layer/found-form.js';
import type { FileContent, FilePart } from '../../scan/spec.js';
import type { Task, TaskRunner, Timed } from '../task.js';

export interface InspectTask extends Task<FileContent> {
  readonly kind: 'inspect';
  readonly part: FilePart;
}

/** @throws {LayerstreamError} `INPUT_INVALID` for compressions that are not read */
export function inspect(runner: TaskRunner, part: FilePart): Promise<Timed<FileContent>> {
  const task: InspectTask = { kind: 'inspect', part };
  return runner.run(task);
}

export function runInspect({ part }: InspectTask): FileContent {
  return { ...part, form: foundForm(part) };
}
