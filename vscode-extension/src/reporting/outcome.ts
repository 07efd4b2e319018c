/**
 * What an exit code tells, and how long something took.
 *
 * Invariant: what is not known is left out; nothing here turns the unknown into a success.
 */
import { type AfterglowEvent } from "../contract";

type Outcome = Pick<AfterglowEvent, "exitCode" | "status">;

// 128 + SIGHUP, when its terminal was closed; Ctrl-C on Windows, signed and unsigned. 130 and 143 the server knows.
const ENDED_BY_HAND: ReadonlySet<number> = new Set([129, -1_073_741_510, 3_221_225_786]);
const LOWEST = -(2 ** 31);
const HIGHEST = 2 ** 32 - 1;

/** The outcome of a process by its exit code; `undefined` and what is no exit code are unknown. */
export function outcomeOf(exitCode: unknown): Outcome {
  if (typeof exitCode !== "number" || !Number.isInteger(exitCode) || exitCode < LOWEST || exitCode > HIGHEST) {
    return {};
  }
  return ENDED_BY_HAND.has(exitCode) ? { exitCode, status: "cancelled" } : { exitCode };
}

/** When something began: ms since the epoch to tell, and ticks (ms) that no change of the clock moves. */
export interface Began {
  readonly at: number;
  readonly ticks: number;
}

/** Now, as the beginning of something. */
export function begin(): Began {
  return { at: Date.now(), ticks: performance.now() };
}

/** `startedAt` and `durationMs` of what began then and ends now; nothing where the beginning was not seen. */
export function lasted(began: Began | undefined): Pick<AfterglowEvent, "durationMs" | "startedAt"> {
  if (began === undefined) {
    return {};
  }
  const durationMs = Math.max(0, Math.round(performance.now() - began.ticks));
  return { startedAt: new Date(began.at).toISOString(), durationMs };
}
