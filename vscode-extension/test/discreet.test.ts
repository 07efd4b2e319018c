/** What a trace may not say, whoever reads the log. */
import assert from "node:assert/strict";
import test from "node:test";
import type { LogOutputChannel } from "vscode";
import { discreet, withheld } from "../src/discreet";

test("a command line and what somebody said are withheld, the rest stays", () => {
  const params = { kind: "command", data: { commandLine: 'curl -H "token: \\"s3cret" x', exitCode: 1 } };
  for (const text of [JSON.stringify(params), JSON.stringify(params, null, 4), JSON.stringify({ text: "s3cret" })]) {
    assert.equal(withheld(text).includes("s3cret"), false, text);
  }
  assert.deepEqual(JSON.parse(withheld(JSON.stringify(params))), {
    kind: "command",
    data: { commandLine: "(not logged)", exitCode: 1 },
  });
  assert.equal(withheld('{"label": "make"}'), '{"label": "make"}');
});

test("every way into the channel is watched, and its other parts are its own", () => {
  const written: string[] = [];
  const write = (line: string): void => void written.push(line);
  const log = { name: "Afterglow", logLevel: 1, appendLine: write, append: write, trace: write, info: write };
  const quiet = discreet(log as unknown as LogOutputChannel);
  quiet.appendLine('{"commandLine": "s3cret"}');
  quiet.append('{"text": "s3cret"}');
  quiet.trace('{"commandLine":"s3cret"}');
  quiet.info("plain");
  assert.equal(quiet.name, "Afterglow");
  assert.equal(written.length, 4);
  assert.equal(written.join().includes("s3cret"), false);
  assert.equal(written[3], "plain");
});
