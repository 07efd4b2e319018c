/**
 * The shapes that cross the wire between this extension and the server.
 *
 * Invariant: everything that arrives is unknown until a reader here has looked at it; a reader never throws.
 */

/** One line ready to show. Times are ISO 8601 UTC, durations ms. */
export interface WarmToken {
  readonly id: string;
  readonly response: string;
  readonly news: string | null;
  readonly banter: string | null;
  readonly source: string;
  /** How long it stays, in ms; 0: until the next. */
  readonly ttlMs: number;
  readonly createdAt: string;
  /** Its warm words were written by a language model. */
  readonly byModel: boolean;
  readonly event: { readonly id: string; readonly kind: string; readonly label?: string } | null;
}

export type Mode = "off" | "quiet" | "normal" | "chatty";

/** `afterglow/status`. */
export interface Status {
  readonly health: "ok" | "degraded" | "error";
  readonly mode: Mode;
  readonly message: string | null;
  readonly problems: readonly string[];
  /** Until when nothing is said, where the server tells; null: nobody asked for quiet. */
  readonly dndUntil?: string | null;
}

export const MODES: readonly Mode[] = ["off", "quiet", "normal", "chatty"];

/** One check that a line had to pass. `reason`: why it passed, or why it did not. */
export interface Gate {
  readonly id: string;
  readonly pass: boolean;
  readonly reason: string;
}

/** `afterglow/explain`, as far as it is shown. */
export interface Explanation {
  readonly token: WarmToken | null;
  readonly reason: string;
  readonly event: { readonly kind: string; readonly label: string | null; readonly sources: readonly string[] } | null;
  readonly gates: readonly Gate[];
}

/** `afterglow/snapshot`, as far as it is shown. `last`: the newest line first. */
export interface Snapshot {
  readonly mode: Mode;
  readonly last: readonly WarmToken[];
}

export type JobKind =
  | "test"
  | "build"
  | "lint"
  | "typecheck"
  | "deploy"
  | "migration"
  | "training"
  | "agent"
  | "debug"
  | "task";

/** `afterglow/event`. What is not known is left out; an unknown exit code is never a success. */
export interface AfterglowEvent {
  readonly kind:
    | "job.started"
    | "job.finished"
    | "command"
    | "command.started"
    | "debug.exception"
    | "diagnostics"
    | "file.saved"
    | "focus";
  readonly label?: string;
  readonly status?: "ok" | "fail" | "cancelled" | "unknown";
  readonly exitCode?: number;
  readonly durationMs?: number;
  readonly startedAt?: string;
  readonly workspace?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly dedupeKey?: string;
}

/** The server's commands that a hint's tooltip may run. */
export const TRUSTED_COMMANDS: readonly string[] = ["afterglow.feedback", "afterglow.dnd"];

type Fields = Readonly<Record<string, unknown>>;

/** A WarmToken, or null for what is none. */
export function readToken(value: unknown): WarmToken | null {
  const made = fieldsOf(value);
  const [id, response] = [made["id"], made["response"]];
  if (typeof id !== "string" || id === "" || typeof response !== "string" || response === "") {
    return null;
  }
  const event = fieldsOf(made["event"]);
  const label = textOf(event["label"]);
  return {
    id,
    response,
    news: textOf(made["news"]),
    banter: textOf(made["banter"]),
    source: textOf(made["source"]) ?? "",
    ttlMs: durationOf(made["ttlMs"]),
    createdAt: textOf(made["createdAt"]) ?? "",
    byModel: made["byModel"] === true,
    event:
      typeof event["id"] === "string"
        ? { id: event["id"], kind: textOf(event["kind"]) ?? "", ...(label === null ? {} : { label }) }
        : null,
  };
}

/** A Status; null where not even a mode is named. */
export function readStatus(value: unknown): Status | null {
  const made = fieldsOf(value);
  const mode = readMode(made["mode"]);
  if (mode === null) {
    return null;
  }
  const health = made["health"];
  return {
    mode,
    health: health === "degraded" || health === "error" ? health : "ok",
    message: textOf(made["message"]),
    problems: listOf(made["problems"]).filter((one) => typeof one === "string"),
    ...("dndUntil" in made ? { dndUntil: textOf(made["dndUntil"]) } : {}),
  };
}

/** One of the four modes, or null. */
export function readMode(value: unknown): Mode | null {
  return MODES.find((mode) => mode === value) ?? null;
}

/** What `afterglow/explain` answered; empty where it is no such thing. */
export function readExplanation(value: unknown): Explanation {
  const made = fieldsOf(value);
  const event = fieldsOf(made["event"]);
  return {
    token: readToken(made["token"]),
    reason: textOf(made["reason"]) ?? "",
    event:
      typeof event["kind"] === "string"
        ? {
            kind: event["kind"],
            label: textOf(event["label"]),
            sources: listOf(event["sources"]).filter((one) => typeof one === "string"),
          }
        : null,
    gates: listOf(made["gates"]).flatMap((one) => {
      const gate = fieldsOf(one);
      const [id, reason] = [textOf(gate["id"]), textOf(gate["reason"])];
      return id === null || reason === null ? [] : [{ id, pass: gate["pass"] === true, reason }];
    }),
  };
}

/** What `afterglow/snapshot` answered; normal and without lines where it is no such thing. */
export function readSnapshot(value: unknown): Snapshot {
  const made = fieldsOf(value);
  return {
    mode: readMode(made["mode"]) ?? "normal",
    last: listOf(made["last"]).flatMap((one) => readToken(one) ?? []),
  };
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** A duration in ms; what is none, or longer than a timer can run, counts as 0. */
function durationOf(value: unknown): number {
  return typeof value === "number" && value >= 0 && value < 2 ** 31 ? value : 0;
}
