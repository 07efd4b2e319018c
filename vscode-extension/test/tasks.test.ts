/** Tasks: which job, what is proven, and each process once. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { type AfterglowEvent } from "../src/contract";
import { isOneOutcome, jobOf } from "../src/reporting/task-job";
import { reportTasks } from "../src/reporting/tasks";
import { CustomExecution, events, ProcessExecution, ShellExecution, Uri } from "./fake-vscode";
import { execution, ofKind, said, SHOP, type TaskParts } from "./heard";

function ran(parts: TaskParts, exitCode: number | undefined): AfterglowEvent[] {
  return said(reportTasks, () => {
    const one = execution(parts);
    events.startTask.fire({ execution: one });
    events.startProcess.fire({ execution: one, processId: 4_711 });
    events.endProcess.fire({ execution: one, exitCode });
    events.endTask.fire({ execution: one });
  });
}

function ended(parts: TaskParts, exitCode: number | undefined): AfterglowEvent {
  const [event, ...more] = ofKind("job.finished", ran(parts, exitCode));
  assert.ok(event);
  assert.deepEqual(more, []);
  return event;
}

test("a task of the build group starts and ends as a build of its folder", () => {
  const [started, finished, ...more] = ran({ name: "Make all", group: "build" }, 0);
  assert.deepEqual(more, []);
  assert.deepEqual(started, { kind: "job.started", workspace: SHOP, label: "Make all", data: { job: "build" } });
  assert.ok(finished);
  const { durationMs, startedAt, ...rest } = finished;
  assert.deepEqual(rest, {
    kind: "job.finished",
    workspace: SHOP,
    label: "Make all",
    data: { job: "build" },
    exitCode: 0,
  });
  assert.ok(durationMs !== undefined && durationMs >= 0 && durationMs < 5_000);
  assert.ok(Math.abs(Date.parse(startedAt ?? "") - Date.now()) < 5_000);
});

test("the kind of job comes from the group, the words, the problem matcher, the type, in this order", () => {
  const table: [Partial<Parameters<typeof jobOf>[0]>, string][] = [
    [{ group: "build", words: ["test"] }, "build"],
    [{ group: "rebuild" }, "build"],
    [{ group: "test", words: ["build"] }, "test"],
    [{ group: "clean", words: ["build"] }, "task"],
    [{ words: ["npm: test"] }, "test"],
    [{ words: ["runUnitTests"] }, "test"],
    [{ words: ["x", "lint:fix"] }, "lint"],
    [{ words: ["type-check", "typecheck"] }, "typecheck"],
    [{ words: ["tsc: build - tsconfig.json"] }, "build"],
    [{ words: ["deploy to staging"] }, "deploy"],
    [{ words: ["db migrate"] }, "migration"],
    [{ words: ["train model"] }, "training"],
    [{ words: ["test:watch"] }, "task"],
    [{ words: ["start test server"] }, "task"],
    [{ words: ["latest"] }, "task"],
    [{ words: ["contest"] }, "task"],
    [{ words: ["checks"], matchers: ["$eslint-stylish"] }, "lint"],
    [{ words: ["checks"], matchers: ["$tsc"] }, "build"],
    [{ words: ["checks"], matchers: ["$own"], type: "typescript" }, "build"],
    [{ words: ["coffee"] }, "task"],
  ];
  for (const [signs, job] of table) {
    const whole = { group: undefined, words: [], matchers: [], type: "shell", ...signs };
    assert.equal(jobOf(whole), job, JSON.stringify(signs));
  }
});

test("an npm script is known by its name", () => {
  const event = ended({ name: "checks", definition: { type: "npm", script: "test" } }, 1);
  assert.deepEqual(event.data, { job: "test" });
  assert.equal(event.exitCode, 1);
});

test("without an exit code the outcome stays unknown", () => {
  const event = ended({ group: "test" }, undefined);
  assert.ok(!("exitCode" in event) && !("status" in event));
});

test("a task that somebody ends has not failed", () => {
  assert.equal(ended({ group: "build" }, 130).status, undefined); // the server knows 130 and 143
  assert.equal(ended({ group: "build" }, 129).status, "cancelled");
  assert.equal(ended({ group: "build" }, 3_221_225_786).status, "cancelled");
});

test("a task that keeps watching proves nothing by its end", () => {
  for (const exitCode of [0, 1, 130, undefined]) {
    assert.equal(ended({ group: "build", isBackground: true }, exitCode).status, "unknown");
  }
});

test("an exit code that may be another command's proves nothing", () => {
  for (const line of ["pytest | tee log", "pytest; true", "pytest || true", "pytest & wait", "pytest\ntrue"]) {
    assert.equal(isOneOutcome(line), false, line);
    assert.equal(ended({ group: "test", execution: new ShellExecution(line) }, 0).status, "unknown", line);
  }
  for (const line of ["pytest -q", "cd app && pytest -q", "pytest 2>&1", "make >out.txt 2>&1", "npm test &>log"]) {
    assert.equal(isOneOutcome(line), true, line);
    assert.equal(ended({ group: "test", execution: new ShellExecution(line) }, 0).status, undefined, line);
  }
  assert.equal(ended({ execution: new ShellExecution("pytest", ["-k", "a"]) }, 0).status, undefined);
});

test("the command line goes with its start only, for the sake of what destroys", () => {
  const lines = (task: TaskParts): unknown[] => ofKind("command.started", ran(task, 0)).map((event) => event.data);
  assert.deepEqual(lines({ execution: new ShellExecution("terraform destroy") }), [
    { commandLine: "terraform destroy" },
  ]);
  assert.deepEqual(lines({ execution: new ShellExecution("rm", ["-rf", { value: "my dir" }]) }), [
    { commandLine: "rm -rf my dir" },
  ]);
  assert.deepEqual(lines({ execution: new ProcessExecution("/usr/bin/make", ["all"]) }), [
    { commandLine: "/usr/bin/make all" },
  ]);
  assert.deepEqual(lines({ execution: new CustomExecution(undefined) }), []);
  assert.deepEqual(lines({ execution: new ShellExecution("x".repeat(20_000)) }), []);
  const others = ran({ execution: new ShellExecution("secret --token=hunter2") }, 0).filter(
    (event) => event.kind !== "command.started",
  );
  assert.doesNotMatch(JSON.stringify(others), /hunter2/u);
});

test("the name is cleaned, and a task without a usable one has none", () => {
  assert.equal(ended({ name: "$(rocket) go\u202e\nnow" }, 0).label, "(rocket) go now");
  assert.ok(!("label" in ended({ name: "\u200b" }, 0)));
});

test("a task outside the folders, or of a virtual one, names no place", () => {
  for (const scope of [1, 2, undefined, { uri: Uri.parse("vscode-vfs://github/a/b"), name: "b", index: 0 }]) {
    assert.ok(!("workspace" in ended({ scope }, 0)));
  }
});

test("of a composite task each process is reported once, and the composite itself not", () => {
  const events_ = said(reportTasks, () => {
    const [whole, first, second] = [execution({ name: "all" }), execution({ name: "one" }), execution({ name: "two" })];
    for (const each of [whole, first, second]) {
      events.startTask.fire({ execution: each });
    }
    for (const each of [first, second]) {
      events.startProcess.fire({ execution: each, processId: 1 });
    }
    for (const each of [second, first]) {
      events.endProcess.fire({ execution: each, exitCode: 0 });
      events.endTask.fire({ execution: each });
    }
    events.endTask.fire({ execution: whole });
  });
  assert.deepEqual(
    ofKind("job.finished", events_).map((event) => event.label),
    ["two", "one"],
  );
});

test("a process that ends without a word is unknown, and once", () => {
  const events_ = said(reportTasks, () => {
    const one = execution({ group: "build" });
    events.startProcess.fire({ execution: one, processId: 1 });
    events.endTask.fire({ execution: one });
    events.endProcess.fire({ execution: one, exitCode: 0 });
  });
  const finished = ofKind("job.finished", events_);
  assert.equal(finished.length, 1);
  assert.equal(finished[0]?.exitCode, undefined);
});

test("a task that began before us ends without a duration", () => {
  const events_ = said(reportTasks, () => {
    events.endProcess.fire({ execution: execution({ group: "build" }), exitCode: 0 });
  });
  assert.equal(events_.length, 1);
  assert.ok(!("durationMs" in events_[0]!) && !("startedAt" in events_[0]!));
  assert.equal(events_[0]?.exitCode, 0);
});
