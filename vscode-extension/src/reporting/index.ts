/**
 * What the editor tells the server: tasks, terminals, debugging, diagnostics, saves and focus.
 *
 * Invariant: no kind of event is sent more than 100 times at once or 20 times a second; nothing that goes wrong here
 * reaches the editor; after disposal nothing is sent.
 */
import * as vscode from "vscode";

import { type AfterglowEvent } from "../contract";
import { reportDebugging } from "./debugging";
import { reportDiagnostics } from "./diagnostics";
import { reportSaves } from "./documents";
import { reportFocus } from "./focus";
import { Valve } from "./pace";
import { reportTasks } from "./tasks";
import { reportTerminals } from "./terminals";

const AT_ONCE = 100;
const PER_SECOND = 20;

const SOURCES = [reportTasks, reportTerminals, reportDebugging, reportDiagnostics, reportSaves, reportFocus] as const;

/** Report what happens in this window to `send` until disposed; `send` may throw. */
export function startReporting(send: (event: AfterglowEvent) => void): vscode.Disposable {
  const valves = new Map<string, Valve>();
  let over = false;
  const guarded = (event: AfterglowEvent): void => {
    const valve = valves.get(event.kind) ?? new Valve(AT_ONCE, PER_SECOND);
    valves.set(event.kind, valve);
    if (over || !valve.open()) {
      return;
    }
    try {
      send(event);
    } catch {
      // The server may be gone: what happened meanwhile is not told late.
    }
  };
  const sources = SOURCES.map((report) => report(guarded));
  return vscode.Disposable.from(
    new vscode.Disposable(() => {
      over = true;
    }),
    ...sources,
  );
}
