/** All sources together: bounded, quiet about trouble, and gone when disposed. */
import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { type AfterglowEvent } from "../src/contract";
import { startReporting } from "../src/reporting";
import { Pace, Valve } from "../src/reporting/pace";
import { events, heard, reset, trackers, Uri } from "./fake-vscode";
import { command, execution, ofKind, said, session, terminal } from "./heard";

test("every source reports", () => {
  const all = said(startReporting, () => {
    events.startProcess.fire({ execution: execution(), processId: 1 });
    events.startShell.fire({ terminal: terminal(), execution: command("ls") });
    events.startDebug.fire(session("1"));
    events.diagnostics.fire({ uris: [] });
    events.saved.fire({ uri: Uri.file("/code/shop/a.py") });
  });
  assert.deepEqual(
    all.map((event) => event.kind),
    ["focus", "job.started", "command.started", "job.started", "diagnostics", "file.saved"],
  );
});

test("no kind floods the server, and none crowds out another", () => {
  const all = said(startReporting, () => {
    for (let round = 0; round < 10_000; round += 1) {
      events.saved.fire({ uri: Uri.file("/code/shop/a.py") });
    }
    events.startProcess.fire({ execution: execution(), processId: 1 });
  });
  const saves = ofKind("file.saved", all).length;
  assert.ok(saves >= 100 && saves <= 200, `${saves}`);
  assert.equal(ofKind("job.started", all).length, 1);
});

test("a valve opens again with time", () => {
  let now = 0;
  const valve = new Valve(3, 2, () => now);
  const passed = (): number => Array.from({ length: 10 }, () => valve.open()).filter(Boolean).length;
  assert.equal(passed(), 3);
  now = 1_000;
  assert.equal(passed(), 2);
  now = 1_400;
  assert.equal(passed(), 0);
  now = 60_000;
  assert.equal(passed(), 3);
});

test("what is paced acts at once, once more for all that follows, and not after its end", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let acted = 0;
  const pace = new Pace(100, () => (acted += 1));
  pace.poke();
  assert.equal(acted, 1);
  pace.poke();
  pace.poke();
  assert.equal(acted, 1);
  mock.timers.tick(100);
  assert.equal(acted, 2);
  pace.poke();
  pace.dispose();
  pace.poke();
  mock.timers.tick(1_000);
  assert.equal(acted, 2);
  mock.timers.reset();
});

test("a server that is gone troubles nobody", () => {
  reset();
  const reporter = startReporting(() => {
    throw new Error("not connected");
  });
  events.saved.fire({ uri: Uri.file("/code/shop/a.py") });
  reporter.dispose();
});

test("disposed, nothing listens and nothing is sent", () => {
  reset();
  const all: AfterglowEvent[] = [];
  const before = heard();
  const reporter = startReporting((event) => all.push(event));
  assert.ok(heard() > before);
  const [tracker] = [...trackers].map((each) => each.createDebugAdapterTracker(session("1")));
  reporter.dispose();
  assert.equal(heard(), before);
  const count = all.length;
  // The editor keeps the tracker of a session that still runs.
  tracker?.onDidSendMessage?.({ type: "event", event: "stopped", body: { reason: "exception" } });
  events.saved.fire({ uri: Uri.file("/code/shop/a.py") });
  assert.equal(all.length, count);
});
