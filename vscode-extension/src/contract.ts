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
  readonly event: { readonly id: string; readonly kind: string; readonly label?: string } | null;
}

export type Mode = "off" | "quiet" | "normal" | "chatty";

/** `afterglow/status`. */
export interface Status {
  readonly health: "ok" | "degraded" | "error";
  readonly mode: Mode;
  readonly message: string | null;
  readonly problems: readonly string[];
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
