/** F30 on this side of the wire: the same line as the server's, for a corpus and for any text. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";

import { columns, oneLine } from "../src/clean";
import { Chance } from "./chance";

interface Row {
  readonly text: string;
  readonly limit: number;
  readonly line: string;
}

const NASTY = [
  "\u001b",
  "\u009b",
  "\u009d",
  "\u0007",
  "[31m",
  "]0;",
  "\u202e",
  "\u2066",
  "\u200b",
  "\u200d",
  "\ufe0f",
  "\ufeff",
  "\u2028",
  "\ud83d",
  "\ude00",
  "\u{e0041}",
  "\u0301",
  " ",
  "\n",
  "\r",
  "\t",
  "$",
  "(",
  "[",
  "]",
  "](",
  "$(",
  "<",
  ">",
  "&",
  "`",
  "a",
  "漢",
  "😀",
  "👩🏽",
  "🇩",
  "\u3164",
  "\u2800",
  "…",
];

function anyText(chance: Chance): string {
  const nasty = chance.next();
  return Array.from({ length: chance.below(60) }, () =>
    chance.next() < nasty ? chance.of(NASTY) : String.fromCodePoint(chance.below(0x110000)),
  ).join("");
}

test("the line is the server's, for each text of the corpus", () => {
  // `npm test` runs in the extension's folder.
  const corpus = JSON.parse(readFileSync(path.join("test", "clean-corpus.json"), "utf8")) as Row[];
  assert.ok(corpus.length >= 400, `${corpus.length} rows`);
  for (const { text, limit, line } of corpus) {
    assert.equal(oneLine(text, limit), line, JSON.stringify({ text, limit }));
  }
});

test("any text becomes one clean line, and cleaning it again changes nothing", () => {
  const chance = new Chance(30);
  for (let round = 0; round < 5_000; round += 1) {
    const text = anyText(chance);
    const limit = 1 + chance.below(130);
    const line = oneLine(text, limit);
    const shown = JSON.stringify({ text, limit, line });
    assert.ok(columns(line) <= limit, shown);
    assert.equal(oneLine(line, limit), line, shown);
    assert.ok(!line.includes("$(") && !line.includes("]("), shown);
    assert.ok(line === line.trim() && !line.includes("  "), shown);
    assert.equal(Buffer.from(line, "utf8").toString("utf8"), line, shown);
    assert.doesNotMatch(line.replaceAll("\u200d", ""), /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u, shown);
    assert.doesNotMatch(line.replaceAll(" ", ""), /\s/u, shown);
    assert.doesNotMatch(line, /\u200d(?!\p{So})|^\u200d/u, shown);
  }
});

test("what is no text becomes the empty line", () => {
  for (const value of [undefined, null, 7, true, {}, ["a"], Symbol("a"), (): string => "a"]) {
    assert.equal(oneLine(value), "");
  }
  for (const limit of [0, -1, Number.NaN]) {
    assert.equal(oneLine("a", limit), "");
  }
});

test("a huge text costs no more than its beginning", () => {
  const began = performance.now();
  assert.equal(oneLine("word ".repeat(4_000_000), 10), "word word…");
  assert.ok(performance.now() - began < 1_000);
});
