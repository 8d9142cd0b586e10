/** Tasks that wait for a thread, in their order. The one that was added last can be taken back. */
export class RevocableQueue<T extends object> {
  readonly #tasks: T[] = [];
  #last: T | undefined;

  get size(): number {
    return this.#tasks.length;
  }

  push(task: T): void {
    this.#last = task;
    this.#tasks.push(task);
  }

  /** Puts a task back that could not be done yet. */
  unshift(task: T): void {
    this.#last = task;
    this.#tasks.unshift(task);
  }

  shift(): T | null {
    return this.#tasks.shift() ?? null;
  }

  remove(task: T): void {
    const at = this.#tasks.indexOf(task);
    if (at >= 0) this.#tasks.splice(at, 1);
  }

  /** Takes back the task that was added last, if it still waits. */
  revoke(): void {
    if (this.#last !== undefined) this.remove(this.#last);
    this.#last = undefined;
  }
}
