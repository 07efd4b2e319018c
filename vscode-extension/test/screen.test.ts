/** The status bar item and the settings that are sent: what is shown, for how long, and what a repository may decide. */
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { type Sidecar } from "../src/client";
import { readToken, type WarmToken } from "../src/contract";
import { lookOf } from "../src/looks";
import { interpreter, options } from "../src/settings";
import { StatusBar } from "../src/statusBar";
import { reset, state, type StatusBarItem } from "./fake-vscode";

beforeEach(() => {
  reset();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

function token(response: string, ttlMs = 20_000): WarmToken {
  const made = readToken({ id: "t1", response, ttlMs, createdAt: new Date().toISOString(), event: null });
  assert.ok(made);
  return made;
}

function bar(more: object = {}): { bar: StatusBar; item: StatusBarItem } {
  const sidecar = {
    state: "running",
    status: { mode: "normal", health: "ok", message: null, problems: [] },
    request: () => Promise.reject(new Error("gone")),
    ...more,
  };
  const made = new StatusBar(sidecar as unknown as Sidecar);
  const item = state.items.at(-1);
  assert.ok(item);
  return { bar: made, item };
}

test("at rest there is a sign without a word, said in words to who listens", () => {
  const { item } = bar();
  assert.match(item.text, /^\$\([a-z-]+\)$/u);
  assert.ok(item.visible);
  assert.equal(item.accessibilityInformation?.role, "button");
  assert.match(item.accessibilityInformation.label, /^Afterglow: /u);
  assert.equal(item.command, "afterglow.ui.menu");
});

test("a line stays as long as it wants, and then the sign is back", () => {
  const { bar: shown, item } = bar();
  const rest = item.text;
  shown.show(token("142 passed in 38 s", 20_000));
  assert.equal(item.text, "142 passed in 38 s");
  assert.match(item.accessibilityInformation?.label ?? "", /142 passed in 38 s/u);
  mock.timers.tick(19_999);
  assert.equal(item.text, "142 passed in 38 s");
  mock.timers.tick(1);
  assert.equal(item.text, rest);
});

test("a line without an end stays until the next, and the next has its own time", () => {
  const { bar: shown, item } = bar();
  shown.show(token("first", 0));
  mock.timers.tick(10_000_000);
  assert.equal(item.text, "first");
  shown.show(token("second", 1_000));
  mock.timers.tick(500);
  shown.show(token("third", 1_000));
  mock.timers.tick(999);
  assert.equal(item.text, "third");
});

test("a hostile line is one clean line, with no icon in the text and no link in the tooltip", () => {
  const { bar: shown, item } = bar();
  shown.show(token("$(rocket) [x](command:evil)\u202e\nnow <b>$$(bug)"));
  assert.equal(item.text, "(rocket) [x] (command:evil) now <b>(bug)");
  const links = [...(item.tooltip?.value ?? "").matchAll(/\]\(([^)]*)\)/gu)].map((match) => match[1] ?? "");
  const trusted = (item.tooltip?.isTrusted as { enabledCommands: string[] }).enabledCommands;
  assert.ok(links.length > 0);
  for (const link of links) {
    assert.ok(trusted.includes(link.replace("command:", "")), link);
  }
  assert.ok(trusted.every((command) => command.startsWith("afterglow.ui.")));
  assert.equal(item.tooltip?.supportHtml, false);
});

test("the tooltip says when a model wrote the words, and only then", () => {
  const { bar: shown, item } = bar();
  shown.show(token("142 passed"));
  assert.doesNotMatch(item.tooltip?.value ?? "", /model/u);
  shown.show({ ...token("The ferries are on time."), byModel: true });
  assert.match(item.tooltip?.value ?? "", /written by a model/u);
  assert.doesNotMatch(item.text, /model/u);
});

test("with lines turned off only the sign is there", () => {
  state.settings.set("afterglow.display.statusBar", { globalValue: false });
  const { bar: shown, item } = bar();
  const rest = item.text;
  shown.show(token("142 passed"));
  assert.equal(item.text, rest);
});

test("every state has a look of its own, or none where there is nothing to do", () => {
  const status = { mode: "normal", health: "ok", message: null, problems: [] } as const;
  const looks = [
    lookOf("starting", null, null),
    lookOf("paused", null, null),
    lookOf("no python", null, null),
    lookOf("running", status, null),
    lookOf("running", { ...status, mode: "off" }, null),
    lookOf("running", { ...status, health: "degraded", message: "the disk is full" }, null),
    lookOf("running", status, "18:00"),
  ];
  assert.equal(new Set(looks.map((look) => look?.text)).size, looks.length);
  assert.equal(new Set(looks.map((look) => look?.label)).size, looks.length);
  assert.equal(lookOf("idle", null, null), null);
  assert.equal(lookOf("stopped", null, null), null);
});

test("a restricted window has a look of its own", () => {
  const status = { mode: "normal", health: "ok", message: null, problems: [] } as const;
  const trusted = lookOf("running", status, null);
  state.trusted = false;
  const look = lookOf("running", status, null);
  assert.notEqual(look?.text, trusted?.text);
  assert.match(look?.label ?? "", /restricted/u);
});

const DECLARED = {
  "afterglow.interpreter": { scope: "machine" },
  "afterglow.mode": { scope: "machine" },
  "afterglow.tokenTtlMs": { scope: "window" },
  "afterglow.minJobSeconds": { scope: "window" },
  "afterglow.enrichment.enabled": { scope: "machine" },
  "afterglow.enrichment.interpreter": { scope: "machine" },
  "other.setting": {},
};

test("only what somebody set is sent, never a default and never the interpreter", () => {
  state.settings.set("afterglow.interpreter", { globalValue: "/usr/bin/python3" });
  state.settings.set("afterglow.mode", { globalValue: "quiet", defaultValue: "normal" });
  state.settings.set("afterglow.tokenTtlMs", { defaultValue: 20_000 });
  const sent = options(DECLARED);
  assert.deepEqual(Object.keys(sent).sort(), ["locale", "mode", "timeZone", "trust"]);
  assert.equal(sent["mode"], "quiet");
  assert.equal(sent["trust"], "full");
  assert.equal(interpreter(), "/usr/bin/python3");
});

test("a repository decides neither the interpreter nor what is the user's to decide", () => {
  state.settings.set("afterglow.interpreter", {
    workspaceValue: "/code/shop/evil",
    workspaceFolderValue: "/code/shop/evil",
  });
  state.settings.set("afterglow.mode", { workspaceValue: "chatty", workspaceFolderValue: "chatty" });
  state.settings.set("afterglow.tokenTtlMs", { globalValue: 5_000, workspaceValue: 9_000 });
  assert.equal(interpreter(), "");
  assert.equal("mode" in options(DECLARED), false);
  assert.equal(options(DECLARED)["tokenTtlMs"], 9_000);
  state.trusted = false;
  assert.equal(options(DECLARED)["tokenTtlMs"], 5_000);
  assert.equal(options(DECLARED)["trust"], "restricted");
});

test("consent is the user's own and nobody else's, in a trusted folder too", () => {
  const anywhereElse = { workspaceValue: true, workspaceFolderValue: true, defaultValue: true };
  state.settings.set("afterglow.enrichment.enabled", anywhereElse);
  assert.equal("enrichment.enabled" in options(DECLARED), false);
  state.settings.set("afterglow.enrichment.enabled", { ...anywhereElse, globalValue: false });
  assert.equal(options(DECLARED)["enrichment.enabled"], false);
  state.settings.set("afterglow.enrichment.enabled", { globalValue: true });
  assert.equal(options(DECLARED)["enrichment.enabled"], true);
});

test("a Python that an open folder brings along asks no model", () => {
  const sent = (path: string) => {
    state.settings.set("afterglow.enrichment.interpreter", { globalValue: path });
    return options(DECLARED)["enrichment.interpreter"];
  };
  assert.equal(sent("/home/me/.venvs/twin/bin/python"), "/home/me/.venvs/twin/bin/python");
  assert.equal(sent("/code/shop/.venv/bin/python"), undefined);
  assert.equal(sent("/code/shop/../shop/bin/python"), undefined);
});
