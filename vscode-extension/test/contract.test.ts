/** What arrives is unknown until a reader has looked at it: no reader throws, and nothing of a wrong type gets in. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { type Mode, readExplanation, readSnapshot, readStatus, readToken } from "../src/contract";
import { escaped } from "../src/markdown";
import { Chance } from "./chance";

const TOKEN = {
  id: "t1",
  response: "142 passed in 38 s. Nicely untangled.",
  news: "142 passed in 38 s",
  banter: "Nicely untangled.",
  source: "news",
  ttlMs: 20_000,
  createdAt: "2026-01-31T09:30:00.123Z",
  byModel: false,
  event: { id: "e1", kind: "job.finished", label: "pytest" },
};

const ANYTHING = [
  undefined,
  null,
  true,
  0,
  -1,
  Number.NaN,
  1e300,
  "",
  "x",
  [],
  [1],
  {},
  { id: 1 },
  { message: {} },
  [[]],
  "__proto__",
];

test("a token is read whole", () => {
  assert.deepEqual(readToken(TOKEN), TOKEN);
  assert.deepEqual(readToken({ ...TOKEN, event: null })?.event, null);
});

test("a model's words are marked only where the server says so", () => {
  assert.equal(readToken({ ...TOKEN, byModel: true })?.byModel, true);
  for (const byModel of [undefined, null, 1, "true", {}]) {
    assert.equal(readToken({ ...TOKEN, byModel })?.byModel, false);
  }
});

test("a token without an id or a line is none", () => {
  for (const damaged of [
    null,
    7,
    [],
    {},
    { ...TOKEN, id: 1 },
    { ...TOKEN, response: "" },
    { ...TOKEN, response: null },
  ]) {
    assert.equal(readToken(damaged), null);
  }
});

test("a lifetime that no timer can run is none", () => {
  for (const ttlMs of [-1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, "20", null]) {
    assert.equal(readToken({ ...TOKEN, ttlMs })?.ttlMs, 0);
  }
});

test("a status needs a mode; the rest may be missing", () => {
  const modes: Mode[] = ["off", "quiet", "normal", "chatty"];
  for (const mode of modes) {
    assert.equal(readStatus({ mode })?.mode, mode);
  }
  assert.equal(readStatus({ mode: "loud" }), null);
  assert.deepEqual(readStatus({ mode: "off", health: "fine", message: 7, problems: ["a", 7] }), {
    mode: "off",
    health: "ok",
    message: null,
    problems: ["a"],
  });
});

test("readers survive whatever comes, at any depth", () => {
  const chance = new Chance(1);
  const names = [
    ...Object.keys(TOKEN),
    "mode",
    "health",
    "problems",
    "token",
    "gates",
    "last",
    "reason",
    "sources",
    "label",
  ];
  const grown = (depth: number): unknown =>
    depth === 0 || chance.next() < 0.3
      ? chance.of(ANYTHING)
      : Object.fromEntries(names.filter(() => chance.next() < 0.6).map((name) => [name, grown(depth - 1)]));
  for (let round = 0; round < 5_000; round += 1) {
    const value = grown(3);
    const token = readToken(value);
    assert.ok(token === null || (token.id !== "" && token.response !== "" && token.ttlMs >= 0));
    const status = readStatus(value);
    assert.ok(status?.problems.every((one) => typeof one === "string") ?? true);
    const made = readExplanation(value);
    assert.ok(made.gates.every((gate) => typeof gate.reason === "string"));
    assert.ok(Array.isArray(readSnapshot(value).last));
  }
});

test("text as markdown shows just this text: no link, no image, no icon, no markup", () => {
  const hostile = [
    "[x](command:evil)",
    "![x](https://e)",
    "<img src=x>",
    "$(rocket)",
    "`code`",
    "**bold** _it_ ~~no~~",
    "# head",
    "- item",
    "1. one",
    "| a | b |",
    "https://evil.example",
    "a&nbsp;b",
    "me@example.com",
    "> quote",
    "\\[x\\](y)",
    "a\nb",
    "* * *",
    "___",
  ];
  for (const text of hostile) {
    const made = escaped(text);
    assert.doesNotMatch(made, /(?<!\\)(?:\\\\)*[[\]()<>`*_#!$|~&]/u, made);
    assert.doesNotMatch(made, /https?:\/\/|[\n\r]/u, made);
  }
});
