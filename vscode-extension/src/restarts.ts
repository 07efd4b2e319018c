/**
 * When a server that ended by itself is started again.
 *
 * Invariant: at most four starts in ten minutes, whatever the server does. Pure: times come in, in ms.
 */

export const DELAYS_MS: readonly number[] = [1_000, 5_000, 30_000];
export const WINDOW_MS = 10 * 60 * 1_000;

export class Restarts {
  #starts: number[] = [];

  /** A start happens at `now`. */
  started(now: number): void {
    this.#starts = [...this.#recent(now), now];
  }

  /** How long to wait after an end at `now`, or null: enough for this time. */
  delay(now: number): number | null {
    return DELAYS_MS[Math.max(0, this.#recent(now).length - 1)] ?? null;
  }

  /** Somebody asked for a start: what was before does not count any more. */
  forget(): void {
    this.#starts = [];
  }

  #recent(now: number): number[] {
    return this.#starts.filter((at) => now - at < WINDOW_MS && at <= now);
  }
}
