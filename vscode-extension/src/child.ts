/**
 * One short run of a program: its output, up to a bound, within a time.
 *
 * Invariant: never a shell; it always ends, and what it started ends with it where the system has process groups;
 * nothing is thrown.
 */
import { spawn, type ChildProcess } from "node:child_process";

export interface Run {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** How long it may take. */
  readonly ms: number;
  /** How many bytes it may print on stdout before it is ended. */
  readonly most: number;
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  /** The first 4 KiB. */
  readonly stderr: string;
  /** Why it was ended, or could not begin. */
  readonly broken: "late" | "loud" | "unstartable" | null;
  /** The system's word for what went wrong at the start, such as ENOENT. */
  readonly errno: string | null;
}

const STDERR_BYTES = 4096;

/** Runs it and waits for its end. */
export function run(wanted: Run): Promise<Outcome> {
  return new Promise((resolve) => {
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let [printed, complained] = [0, 0];
    let settled = false;
    let child: ChildProcess;
    const settle = (code: number | null, broken: Outcome["broken"], errno: string | null = null): void => {
      if (settled) {
        return;
      }
      settled = true;
      clearTimeout(limit);
      if (broken !== null) {
        end(child);
      }
      // A grandchild that holds the pipes keeps nobody waiting.
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve({
        code,
        stdout: Buffer.concat(out).toString("utf8"),
        stderr: Buffer.concat(err).toString("utf8"),
        broken,
        errno,
      });
    };
    const limit = setTimeout(() => {
      settle(null, "late");
    }, wanted.ms);
    try {
      child = spawn(wanted.command, [...wanted.args], {
        cwd: wanted.cwd,
        env: { ...wanted.env },
        stdio: ["ignore", "pipe", "pipe"],
        windowsHide: true,
        // A group of its own, so that all of it can be ended.
        detached: process.platform !== "win32",
      });
    } catch (error) {
      settled = true;
      clearTimeout(limit);
      resolve({ code: null, stdout: "", stderr: "", broken: "unstartable", errno: errnoOf(error) });
      return;
    }
    child.on("error", (error) => {
      settle(null, "unstartable", errnoOf(error));
    });
    child.stdout?.on("data", (part: Buffer) => {
      printed += part.length;
      if (printed > wanted.most) {
        settle(null, "loud");
      } else {
        out.push(part);
      }
    });
    child.stderr?.on("data", (part: Buffer) => {
      if (complained < STDERR_BYTES) {
        err.push(part.subarray(0, STDERR_BYTES - complained));
        complained += part.length;
      }
    });
    child.on("close", (code) => {
      settle(code, null);
    });
    child.on("exit", (code) => {
      // Its last words come within a moment, if at all.
      setTimeout(() => {
        settle(code, null);
      }, 200).unref();
    });
  });
}

function end(child: ChildProcess): void {
  try {
    if (child.pid !== undefined && process.platform !== "win32") {
      process.kill(-child.pid, "SIGKILL");
      return;
    }
  } catch {
    // Its group is gone already, or never was.
  }
  child.kill("SIGKILL");
}

/** The system's word for an error, such as `EACCES`. */
export function errnoOf(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
  return typeof code === "string" ? code : "unknown error";
}
