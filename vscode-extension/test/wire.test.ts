/** What the reporters say is what the server takes: its own reader looks at each event. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { test } from "node:test";

import { type AfterglowEvent } from "../src/contract";
import { startReporting } from "../src/reporting";
import { events, ShellExecution, trackers, Uri } from "./fake-vscode";
import { command, execution, said, session, terminal } from "./heard";

const READ = `
import json, sys
sys.path.insert(0, ${JSON.stringify(path.resolve("..", "server"))})
from afterglow.core.events import Problem, parse_event
for line in sys.stdin:
    made = parse_event(json.loads(line), default_workspace="/first", now=4_000_000_000_000, source="editor",
                       to_workspace=lambda uri: uri.removeprefix("file://"))
    print(json.dumps({"problem": str(made)} if isinstance(made, Problem) else
                     {"kind": made.kind, "workspace": made.workspace, "label": made.label, "status": made.status,
                      "data": made.data, "whole": repr(made)}))
`;

interface Taken {
  readonly problem?: string;
  readonly kind: string;
  readonly workspace: string;
  readonly label: string | null;
  readonly status: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly whole: string;
}

function taken(all: readonly AfterglowEvent[]): Taken[] {
  const python = path.join("..", ".venv", "bin", "python");
  const input = all.map((event) => JSON.stringify(event)).join("\n");
  const lines = execFileSync(python, ["-I", "-c", READ], { input, encoding: "utf8" }).trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Taken);
}

test("the server takes every event, and understands it as it was meant", () => {
  const all = said(startReporting, () => {
    const build = execution({ name: "Make all", group: "build", execution: new ShellExecution("make all") });
    events.startProcess.fire({ execution: build, processId: 1 });
    events.endProcess.fire({ execution: build, exitCode: 0 });
    const piped = execution({ name: "tests", group: "test", execution: new ShellExecution("pytest | tee log") });
    events.startProcess.fire({ execution: piped, processId: 1 });
    events.endProcess.fire({ execution: piped, exitCode: 0 });
    const gone = execution({ name: "\u202ewipe", execution: new ShellExecution("rm -rf build hunter2") });
    events.startProcess.fire({ execution: gone, processId: 1 });
    events.endProcess.fire({ execution: gone, exitCode: undefined });
    for (const [line, exitCode] of [
      ["pytest -q --token hunter2", 0],
      ["npm run build", 2],
      ["(make)", undefined],
    ] as const) {
      const typed = command(line);
      events.startShell.fire({ terminal: terminal(), execution: typed });
      events.endShell.fire({ terminal: terminal(), execution: typed, exitCode });
    }
    const debugged = session("1");
    const [tracker] = [...trackers].map((each) => each.createDebugAdapterTracker(debugged));
    events.startDebug.fire(debugged);
    tracker?.onDidSendMessage?.({ type: "event", event: "stopped", body: { reason: "exception" } });
    tracker?.onWillReceiveMessage?.({ type: "request", command: "terminate" });
    events.endDebug.fire(debugged);
    events.diagnostics.fire({ uris: [] });
    events.saved.fire({ uri: Uri.file("/code/shop/a.py") });
  });
  const read = taken(all);
  assert.deepEqual(
    read.flatMap((event) => event.problem ?? []),
    [],
  );
  const rows = read.map(({ kind, label, status, data }) => [
    kind,
    label,
    status,
    data["job"] ?? data["hazard"] ?? null,
  ]);
  assert.deepEqual(rows, [
    ["focus", null, null, null],
    ["job.started", "Make all", null, "build"],
    ["command.started", "make all", null, "build"],
    ["job.finished", "Make all", "ok", "build"],
    ["job.started", "tests", null, "test"],
    ["command.started", "pytest", null, "test"],
    ["job.finished", "tests", "unknown", "test"],
    ["job.started", "wipe", null, "task"],
    ["command.started", "rm", null, "destructive"],
    ["job.finished", "wipe", "unknown", "task"],
    ["command.started", "pytest", null, "test"],
    ["command", "pytest", "ok", "test"],
    ["command.started", "npm build", null, "build"],
    ["command", "npm build", "fail", "build"],
    ["command.started", "make", null, "build"],
    ["command", "make", "unknown", "build"],
    ["job.started", "Python: current file", null, "debug"],
    ["debug.exception", null, null, null],
    ["job.finished", "Python: current file", "cancelled", "debug"],
    ["diagnostics", null, null, null],
    ["file.saved", null, null, null],
  ]);
  for (const event of read) {
    assert.doesNotMatch(event.whole, /hunter2/u);
    assert.equal(
      event.workspace,
      ["focus", "diagnostics", "file.saved"].includes(event.kind) ? "/first" : "/code/shop",
    );
  }
});
