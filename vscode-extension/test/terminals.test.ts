/** Terminals: which lines are read, and what is told of them. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { type AfterglowEvent } from "../src/contract";
import { reportTerminals } from "../src/reporting/terminals";
import { events, state } from "./fake-vscode";
import { command, execution, ofKind, said, SHOP, terminal } from "./heard";

function typed(execution_: object, exitCode: number | undefined, where: object = terminal()): AfterglowEvent[] {
  return said(reportTerminals, () => {
    events.startShell.fire({ terminal: where, execution: execution_ });
    events.endShell.fire({ terminal: where, execution: execution_, exitCode });
  });
}

test("a command is told when it starts, and again when it ends", () => {
  const [started, finished, ...more] = typed(command("pytest -q"), 1);
  assert.deepEqual(more, []);
  assert.deepEqual(started, { kind: "command.started", workspace: SHOP, data: { commandLine: "pytest -q" } });
  assert.ok(finished);
  const { durationMs, startedAt, ...rest } = finished;
  assert.deepEqual(rest, { kind: "command", workspace: SHOP, exitCode: 1, data: { commandLine: "pytest -q" } });
  assert.ok(durationMs !== undefined && startedAt !== undefined);
});

test("an unknown exit code stays unknown", () => {
  const [finished] = ofKind("command", typed(command("(pytest)"), undefined));
  assert.ok(finished && !("exitCode" in finished) && !("status" in finished));
});

test("a line that is kept back, guessed, empty or endless is not read", () => {
  assert.deepEqual(typed(command(" export TOKEN=hunter2"), 0), []);
  assert.deepEqual(typed(command("\texport TOKEN=hunter2"), 0), []);
  assert.deepEqual(typed(command("pytest", 0), 0), []);
  assert.deepEqual(typed(command(""), 0), []);
  assert.deepEqual(typed(command("x".repeat(20_000)), 0), []);
  assert.equal(typed(command("pytest", 1), 0).length, 2);
});

test("terminals of tasks and of extensions are not somebody typing", () => {
  const others = [
    terminal("x", { shellArgs: ["-c", "pytest"] }),
    terminal("x", { shellArgs: ["-l", "-c", "pytest"] }),
    terminal("x", { shellArgs: ["-lc", "pytest"] }),
    terminal("x", { shellPath: "cmd.exe", shellArgs: "/d /c pytest" }),
    terminal("x", { shellPath: "pwsh", shellArgs: ["-Command", "pytest"] }),
    terminal("x", { pty: {} }),
  ];
  for (const where of others) {
    assert.deepEqual(typed(command("pytest"), 0, where), []);
  }
  const plain = [terminal("x", { shellArgs: ["-l"] }), terminal("cash"), terminal("x", { shellArgs: undefined })];
  for (const where of plain) {
    assert.equal(typed(command("pytest"), 0, where).length, 2);
  }
});

test("a terminal that a running task owns is told as the task, by either name", () => {
  for (const name of ["tests", "Task - tests", "tests (shop)"]) {
    const events_ = said(reportTerminals, () => {
      state.running = [execution({ name: "tests" })];
      const one = command("pytest");
      events.startShell.fire({ terminal: terminal(name), execution: one });
      state.running = [];
      events.endShell.fire({ terminal: terminal(name), execution: one, exitCode: 0 });
    });
    assert.deepEqual(events_, [], name);
  }
});

test("what the shell corrects at the end counts", () => {
  const events_ = said(reportTerminals, () => {
    const one = command("pyt");
    events.startShell.fire({ terminal: terminal(), execution: one });
    one.commandLine = command("pytest -q").commandLine;
    events.endShell.fire({ terminal: terminal(), execution: one, exitCode: 0 });
    const two = command("curl -H token");
    events.startShell.fire({ terminal: terminal(), execution: two });
    two.commandLine = command(" curl -H token").commandLine;
    events.endShell.fire({ terminal: terminal(), execution: two, exitCode: 0 });
    const three = command("make");
    events.startShell.fire({ terminal: terminal(), execution: three });
    three.commandLine = command("").commandLine;
    events.endShell.fire({ terminal: terminal(), execution: three, exitCode: 0 });
  });
  assert.deepEqual(
    ofKind("command", events_).map((event) => event.data?.["commandLine"]),
    ["pytest -q", "make"],
  );
});

test("an end without a beginning is not told", () => {
  const events_ = said(reportTerminals, () => {
    events.endShell.fire({ terminal: terminal(), execution: command("pytest"), exitCode: 0 });
  });
  assert.deepEqual(events_, []);
});

test("an end that comes twice is told once", () => {
  const events_ = said(reportTerminals, () => {
    const one = command("pytest");
    events.startShell.fire({ terminal: terminal(), execution: one });
    events.endShell.fire({ terminal: terminal(), execution: one, exitCode: 0 });
    events.endShell.fire({ terminal: terminal(), execution: one, exitCode: 0 });
  });
  assert.equal(ofKind("command", events_).length, 1);
});

test("a command outside the folders names no place", () => {
  for (const event of typed(command("pytest", 2, "/elsewhere"), 0)) {
    assert.ok(!("workspace" in event));
  }
  for (const event of typed({ ...command("pytest"), cwd: undefined }, 0)) {
    assert.ok(!("workspace" in event));
  }
});
