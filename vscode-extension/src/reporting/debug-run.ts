/**
 * What the messages between the editor and a debug adapter tell of one run and its children.
 *
 * Invariant: pure and never throws; of all messages only three are looked at, and of them an exit code, a reason and a
 * name. A run that somebody stopped is neither good nor bad.
 */
import { type AfterglowEvent } from "../contract";
import { outcomeOf } from "./outcome";

/** One run: a debug session with all that it starts. */
export class DebugRun {
  private own: unknown;
  private readonly children: unknown[] = [];
  private stopped = false;

  /** A message from the adapter; true when it says that the program stopped on an exception. */
  fromAdapter(message: unknown, child: boolean): boolean {
    const body = named(message, "event", "exited");
    if (body !== undefined) {
      const code = body["exitCode"];
      if (child) {
        this.children.push(code);
      } else {
        this.own = code;
      }
    }
    return named(message, "event", "stopped")?.["reason"] === "exception";
  }

  /** A message to the adapter: before the program has exited, an end that is asked for is the user's. */
  toAdapter(message: unknown): void {
    const asked = named(message, "command", "disconnect") ?? named(message, "command", "terminate");
    if (asked !== undefined && this.own === undefined && this.children.length === 0) {
      this.stopped = true;
    }
  }

  /** How it ended: by its own exit code, else by that of its children where they agree. */
  outcome(): Pick<AfterglowEvent, "exitCode" | "status"> {
    if (this.stopped) {
      return { status: "cancelled" };
    }
    const [first] = this.children;
    const agreed = this.children.every((code) => code === first) ? first : undefined;
    return outcomeOf(this.own ?? agreed);
  }
}

/** The body (or arguments) of a message whose `kind` is `name`; undefined for any other. */
function named(message: unknown, kind: "event" | "command", name: string): Record<string, unknown> | undefined {
  if (!isObject(message) || message[kind] !== name || message["type"] !== (kind === "event" ? "event" : "request")) {
    return undefined;
  }
  const inner = message[kind === "event" ? "body" : "arguments"];
  return isObject(inner) ? inner : {};
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
