/**
 * Debugging: a run that starts and ends, and a stop on an exception.
 *
 * Invariant: sessions within a session are one run; nothing is read of an exception but that there was one.
 */
import * as vscode from "vscode";

import { oneLine } from "../clean";
import { type AfterglowEvent } from "../contract";
import { DebugRun } from "./debug-run";
import { fileUri } from "./documents";
import { type Began, begin, lasted } from "./outcome";

type Send = (event: AfterglowEvent) => void;

const LABEL_COLUMNS = 80;

/** Report debugging until disposed. */
export function reportDebugging(send: Send): vscode.Disposable {
  const runs = new Map<string, DebugRun>();
  const started = new Map<string, Began>();
  const runOf = (session: vscode.DebugSession): DebugRun => {
    const { id } = rootOf(session);
    const run = runs.get(id) ?? new DebugRun();
    runs.set(id, run);
    return run;
  };

  const track = (session: vscode.DebugSession): vscode.DebugAdapterTracker => {
    const child = session.parentSession !== undefined;
    // The run is looked up at each message: an adapter may speak before its session counts as started.
    return {
      onWillReceiveMessage: (message: unknown) => {
        if (!child) {
          runOf(session).toAdapter(message);
        }
      },
      onDidSendMessage: (message: unknown) => {
        if (runOf(session).fromAdapter(message, child)) {
          send({ kind: "debug.exception", ...placeOf(rootOf(session)) });
        }
      },
    };
  };

  return vscode.Disposable.from(
    vscode.debug.registerDebugAdapterTrackerFactory("*", { createDebugAdapterTracker: track }),
    vscode.debug.onDidStartDebugSession((session) => {
      if (session.parentSession === undefined) {
        started.set(session.id, begin());
        send({ kind: "job.started", ...about(session) });
      }
    }),
    vscode.debug.onDidTerminateDebugSession((session) => {
      const began = started.get(session.id);
      if (session.parentSession !== undefined) {
        return;
      }
      const outcome = runs.get(session.id)?.outcome() ?? {};
      started.delete(session.id);
      runs.delete(session.id);
      send({ kind: "job.finished", ...about(session), ...lasted(began), ...outcome });
    }),
    new vscode.Disposable(() => {
      runs.clear();
      started.clear();
    }),
  );
}

function rootOf(session: vscode.DebugSession): vscode.DebugSession {
  let root = session;
  while (root.parentSession !== undefined) {
    root = root.parentSession;
  }
  return root;
}

function about(session: vscode.DebugSession): Pick<AfterglowEvent, "label" | "workspace" | "data"> {
  const label = oneLine(session.name, LABEL_COLUMNS);
  return { ...placeOf(session), ...(label === "" ? {} : { label }), data: { job: "debug" } };
}

function placeOf(session: vscode.DebugSession): Pick<AfterglowEvent, "workspace"> {
  const uri = session.workspaceFolder === undefined ? undefined : fileUri(session.workspaceFolder.uri);
  return uri === undefined ? {} : { workspace: uri };
}
