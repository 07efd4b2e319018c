/** What a module under test said, and short ways to make the things that happen in an editor. */
import type * as vscode from "vscode";

import { type AfterglowEvent } from "../src/contract";
import { reset, state, Uri } from "./fake-vscode";

type Report = (send: (event: AfterglowEvent) => void) => vscode.Disposable;

export const SHOP = "file:///code/shop";

/** Runs `act` while `report` reports; what it said. The reporter is disposed afterwards. */
export function said(report: Report, act: () => void): AfterglowEvent[] {
  reset();
  const events: AfterglowEvent[] = [];
  const reporter = report((event) => events.push(event));
  try {
    act();
  } finally {
    reporter.dispose();
  }
  return events;
}

/** The same, of one kind only. */
export function ofKind(kind: AfterglowEvent["kind"], events: readonly AfterglowEvent[]): AfterglowEvent[] {
  return events.filter((event) => event.kind === kind);
}

export interface TaskParts {
  readonly name?: string;
  readonly group?: string;
  readonly definition?: Readonly<Record<string, unknown>>;
  readonly matchers?: readonly string[];
  readonly execution?: unknown;
  readonly isBackground?: boolean;
  readonly scope?: unknown;
}

/** The execution of a task of the folder. */
export function execution(parts: TaskParts = {}): { task: object } {
  return {
    task: {
      name: parts.name ?? "something",
      group: parts.group === undefined ? undefined : { id: parts.group },
      definition: { type: "shell", ...parts.definition },
      problemMatchers: parts.matchers ?? [],
      execution: parts.execution,
      isBackground: parts.isBackground ?? false,
      scope: "scope" in parts ? parts.scope : state.folders[0],
    },
  };
}

/** A terminal as somebody opens it. */
export function terminal(name = "bash", creationOptions: object = {}): object {
  return { name, creationOptions };
}

/** A command in a terminal. `confidence`: 0 a guess, 2 told by the shell. */
export function command(value: string, confidence = 2, folder = "/code/shop/src"): { commandLine: { value: string } } {
  return { commandLine: { value, isTrusted: true, confidence }, cwd: Uri.file(folder) } as never;
}

/** A debug session of the folder. */
export function session(id: string, parentSession?: object, name = "Python: current file"): object {
  return { id, name, type: "debugpy", parentSession, workspaceFolder: state.folders[0], configuration: {} };
}
