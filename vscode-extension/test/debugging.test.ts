/** Debugging: one run however many sessions, and what a debug adapter's messages prove. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { type AfterglowEvent } from "../src/contract";
import { reportDebugging } from "../src/reporting/debugging";
import { events, trackers } from "./fake-vscode";
import { ofKind, said, session, SHOP } from "./heard";

type Told = (session: object, message: object) => void;

interface Adapter {
  /** The adapter says something. */
  readonly says: Told;
  /** The editor asks it for something. */
  readonly asked: Told;
}

/** Sessions get their tracker before they count as started, as in the editor. */
function adapter(...sessions: object[]): Adapter {
  const made = new Map(sessions.map((each) => [each, [...trackers].map((one) => one.createDebugAdapterTracker(each))]));
  return {
    says: (each, message) => made.get(each)?.forEach((one) => one.onDidSendMessage?.(message)),
    asked: (each, message) => made.get(each)?.forEach((one) => one.onWillReceiveMessage?.(message)),
  };
}

const exited = (exitCode: unknown): object => ({ type: "event", event: "exited", body: { exitCode } });
const stopped = (reason: string): object => ({ type: "event", event: "stopped", body: { reason, text: "hunter2" } });
const request = (command: string): object => ({ type: "request", command, arguments: {} });

function run(act: (root: object, wire: Adapter) => void): AfterglowEvent[] {
  return said(reportDebugging, () => {
    const root = session("1");
    const wire = adapter(root);
    events.startDebug.fire(root);
    act(root, wire);
    events.endDebug.fire(root);
  });
}

function end(all: readonly AfterglowEvent[]): AfterglowEvent {
  const [event, ...more] = ofKind("job.finished", all);
  assert.ok(event);
  assert.deepEqual(more, []);
  return event;
}

test("a run starts and ends as a debug job of its folder", () => {
  const [started, finished, ...more] = run((root, wire) => {
    wire.says(root, exited(0));
  });
  assert.deepEqual(more, []);
  const about = { workspace: SHOP, label: "Python: current file", data: { job: "debug" } };
  assert.deepEqual(started, { kind: "job.started", ...about });
  assert.ok(finished);
  const { durationMs, startedAt, ...rest } = finished;
  assert.deepEqual(rest, { kind: "job.finished", ...about, exitCode: 0 });
  assert.ok(durationMs !== undefined && startedAt !== undefined);
});

test("without an exit code the outcome stays unknown", () => {
  for (const message of [
    exited("0"),
    exited(1.5),
    exited(undefined),
    exited(null),
    { type: "event", event: "exited" },
    {},
  ]) {
    const event = end(
      run((root, wire) => {
        wire.says(root, message);
      }),
    );
    assert.ok(!("exitCode" in event) && !("status" in event), JSON.stringify(message));
  }
  assert.ok(!("exitCode" in end(run(() => undefined))));
});

test("a run that is stopped by hand is neither good nor bad", () => {
  for (const word of ["disconnect", "terminate"]) {
    const event = end(
      run((root, wire) => {
        wire.asked(root, request(word));
        wire.says(root, exited(1));
      }),
    );
    assert.equal(event.status, "cancelled");
    assert.ok(!("exitCode" in event));
  }
});

test("the editor's good-bye after the exit changes nothing", () => {
  const event = end(
    run((root, wire) => {
      wire.says(root, exited(3));
      wire.asked(root, request("disconnect"));
    }),
  );
  assert.equal(event.exitCode, 3);
  assert.equal(event.status, undefined);
});

test("a stop on an exception is told, and nothing of it", () => {
  const all = run((root, wire) => {
    wire.says(root, stopped("breakpoint"));
    wire.says(root, stopped("exception"));
    wire.says(root, { type: "response", command: "stopped", body: { reason: "exception" } });
  });
  assert.deepEqual(ofKind("debug.exception", all), [{ kind: "debug.exception", workspace: SHOP }]);
});

test("sessions within a session are one run", () => {
  const all = said(reportDebugging, () => {
    const root = session("1");
    const child = session("2", root);
    const grandchild = session("3", child);
    const wire = adapter(root, child, grandchild);
    for (const each of [root, child, grandchild]) {
      events.startDebug.fire(each);
    }
    wire.says(grandchild, stopped("exception"));
    wire.says(child, exited(2));
    wire.asked(child, request("disconnect"));
    for (const each of [grandchild, child, root]) {
      events.endDebug.fire(each);
    }
  });
  assert.equal(ofKind("job.started", all).length, 1);
  assert.equal(ofKind("debug.exception", all).length, 1);
  assert.equal(end(all).exitCode, 2);
});

/** A run with two children; what its end tells. */
function family(act: (root: object, children: [object, object], wire: Adapter) => void): AfterglowEvent {
  return end(
    said(reportDebugging, () => {
      const root = session("1");
      const children: [object, object] = [session("2", root), session("3", root)];
      const wire = adapter(root, ...children);
      events.startDebug.fire(root);
      act(root, children, wire);
      events.endDebug.fire(root);
    }),
  );
}

test("children that disagree prove nothing", () => {
  const event = family((_, [one, other], wire) => {
    wire.says(one, exited(0));
    wire.says(other, exited(1));
  });
  assert.ok(!("exitCode" in event) && !("status" in event));
});

test("the run's own exit code counts before that of its children", () => {
  const event = family((root, [one, other], wire) => {
    wire.says(one, exited(1));
    wire.says(other, exited(1));
    wire.says(root, exited(0));
  });
  assert.equal(event.exitCode, 0);
});

test("a child that is let go does not stop the run", () => {
  const event = family((root, [one, other], wire) => {
    wire.asked(one, request("disconnect"));
    wire.says(other, exited(0));
    wire.asked(root, request("disconnect"));
  });
  assert.equal(event.exitCode, 0);
  assert.equal(event.status, undefined);
});

test("a session that begins again begins anew", () => {
  const all = said(reportDebugging, () => {
    const root = session("1");
    const wire = adapter(root);
    events.startDebug.fire(root);
    wire.says(root, exited(3));
    events.endDebug.fire(root);
    events.startDebug.fire(root);
    events.endDebug.fire(root);
  });
  assert.deepEqual(
    ofKind("job.finished", all).map((event) => event.exitCode),
    [3, undefined],
  );
});

test("damaged messages are passed over", () => {
  const all = run((root, wire) => {
    const bodyless = { type: "event", event: "stopped", body: 7 };
    for (const message of [null, undefined, 7, "stopped", [], { type: "event" }, bodyless]) {
      wire.says(root, message as never);
      wire.asked(root, message as never);
    }
  });
  assert.equal(all.length, 2);
});

test("two runs at once are two", () => {
  const all = said(reportDebugging, () => {
    const [one, other] = [session("1", undefined, "server"), session("2", undefined, "client")];
    const wire = adapter(one, other);
    events.startDebug.fire(one);
    events.startDebug.fire(other);
    wire.says(one, exited(0));
    wire.says(other, exited(1));
    events.endDebug.fire(other);
    events.endDebug.fire(one);
  });
  assert.deepEqual(
    ofKind("job.finished", all).map((event) => [event.label, event.exitCode]),
    [
      ["client", 1],
      ["server", 0],
    ],
  );
});
