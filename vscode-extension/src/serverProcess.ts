/**
 * One process of the server: its start and its end.
 *
 * Invariant: never a shell; a process that was told to end has ended, or was made to, within two seconds.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { errnoOf } from "./child";

const PATIENCE_MS = 1_000;

/** Starts it, with pipes. Rejects where the system cannot. */
export async function begun(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string>,
): Promise<ChildProcess> {
  const child = spawn(command, [...args], { cwd, env, stdio: "pipe", windowsHide: true });
  // Without somebody listening, a write to a server that is gone would end the extension host.
  child.stdin.on("error", () => undefined);
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) => {
      reject(new Error(errnoOf(error)));
    });
  });
  child.on("error", () => undefined);
  return child;
}

/** Waits for the end of a server that was told to end; helps it where it does not. */
export async function ended(child: ChildProcess | null): Promise<void> {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    if (child === null || child.exitCode !== null || child.signalCode !== null) {
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        child.kill(signal);
        resolve();
      }, PATIENCE_MS);
      child.once("exit", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** The same promise, rejected after `ms`. */
export async function within(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${ms / 1000} s`));
    }, ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
