/** Diagnostics, saves and focus: what changed, seldom, and of files only. */
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { reportDiagnostics } from "../src/reporting/diagnostics";
import { reportSaves } from "../src/reporting/documents";
import { reportFocus } from "../src/reporting/focus";
import { DiagnosticSeverity, events, state, Uri } from "./fake-vscode";
import { said } from "./heard";

const A = Uri.file("/code/shop/a.py");
const B = Uri.file("/code/shop/b.py");

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

function found(uri: Uri, errors: number, warnings = 0): void {
  const all = [
    ...Array.from({ length: errors }, () => ({ severity: DiagnosticSeverity.Error })),
    ...Array.from({ length: warnings }, () => ({ severity: DiagnosticSeverity.Warning })),
    { severity: DiagnosticSeverity.Hint },
  ];
  state.diagnostics.set(uri.toString(), { uri, found: all });
  events.diagnostics.fire({ uris: [uri] });
}

test("errors and warnings of all files are counted, and nothing else is told", () => {
  const all = said(reportDiagnostics, () => {
    state.diagnostics.set(B.toString(), { uri: B, found: [{ severity: DiagnosticSeverity.Error }] });
    found(A, 2, 1);
    found(A, 3, 1);
    found(B, 0, 4);
    mock.timers.tick(1_000);
  });
  assert.deepEqual(all, [
    { kind: "diagnostics", data: { errors: 3, warnings: 1 } },
    { kind: "diagnostics", data: { errors: 3, warnings: 5 } },
  ]);
});

test("a storm of diagnostics is a handful of events and of looks", () => {
  const all = said(reportDiagnostics, () => {
    for (let round = 0; round < 1_000; round += 1) {
      found(A, round + 1);
      mock.timers.tick(1);
    }
    mock.timers.tick(5_000);
    assert.ok(state.looks <= 4, `${state.looks} looks`);
  });
  assert.ok(all.length <= 3, `${all.length} events`);
  assert.deepEqual(all.at(-1)?.data, { errors: 1_000, warnings: 0 });
});

test("a file that did not change is not looked at again", () => {
  said(reportDiagnostics, () => {
    found(B, 1);
    for (let round = 0; round < 50; round += 1) {
      found(Uri.file(`/code/shop/${round}.py`), 1);
    }
    mock.timers.tick(1_000);
    const looks = state.looks;
    found(A, 1);
    mock.timers.tick(1_000);
    assert.equal(state.looks, looks + 1);
  });
});

test("the same counts are not told twice", () => {
  const all = said(reportDiagnostics, () => {
    found(A, 1);
    mock.timers.tick(1_000);
    found(A, 1);
    mock.timers.tick(1_000);
    found(A, 0);
    found(B, 1);
    mock.timers.tick(5_000);
  });
  assert.deepEqual(
    all.map((event) => event.data?.["errors"]),
    [1, 0, 1],
  );
});

test("what is no file does not count", () => {
  const all = said(reportDiagnostics, () => {
    found(Uri.parse("untitled:Untitled-1"), 5);
    found(Uri.parse("git:/code/shop/a.py"), 5);
    mock.timers.tick(5_000);
  });
  assert.deepEqual(all, [{ kind: "diagnostics", data: { errors: 0, warnings: 0 } }]);
});

test("after the end nothing more is told", () => {
  const late = said(reportDiagnostics, () => {
    found(A, 1);
    found(A, 2);
  });
  mock.timers.tick(5_000);
  assert.equal(late.length, 1);
});

test("saved files of the folders are told, documents and notebooks", () => {
  const notebook = Uri.file("/code/shop/plot it.ipynb");
  const all = said(reportSaves, () => {
    events.saved.fire({ uri: A });
    events.savedNotebook.fire({ uri: notebook });
    events.saved.fire({ uri: Uri.file("/home/me/.config/Code/User/settings.json") });
    events.saved.fire({ uri: Uri.parse("untitled:Untitled-1") });
    events.saved.fire({ uri: Uri.parse("vscode-userdata:/settings.json") });
    events.saved.fire({ uri: Uri.file(`/code/shop/${"x".repeat(5_000)}`) });
  });
  assert.deepEqual(all, [
    { kind: "file.saved", data: { uri: "file:///code/shop/a.py" } },
    { kind: "file.saved", data: { uri: "file:///code/shop/plot%20it.ipynb" } },
  ]);
});

test("focus is told at once, and then when it changes", () => {
  const all = said(reportFocus, () => {
    events.window.fire(undefined);
    mock.timers.tick(250);
    state.editor = { document: { uri: A } };
    events.editor.fire(undefined);
    mock.timers.tick(250);
    state.editor = { document: { uri: Uri.parse("untitled:Untitled-1") } };
    state.focused = false;
    events.window.fire(undefined);
    mock.timers.tick(250);
  });
  assert.deepEqual(
    all.map((event) => event.data),
    [{ focused: true }, { focused: true, uri: "file:///code/shop/a.py" }, { focused: false }],
  );
});

test("leafing through files tells the last one", () => {
  const all = said(reportFocus, () => {
    for (let round = 0; round < 1_000; round += 1) {
      state.editor = { document: { uri: Uri.file(`/code/shop/${round}.py`) } };
      events.editor.fire(undefined);
    }
    mock.timers.tick(1_000);
  });
  assert.equal(all.length, 2);
  assert.deepEqual(all[1]?.data, { focused: true, uri: "file:///code/shop/999.py" });
});
