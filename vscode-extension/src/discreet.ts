/**
 * The log of a trace, without what nobody should find there.
 *
 * Invariant: a command line, and what somebody said or noted, is never written, whatever level the trace has.
 */
import type * as vscode from "vscode";

const WITHHELD = /("(?:commandLine|text)"\s*:\s*)"(?:[^"\\]|\\.)*"/gu;

/** `text` with the values withheld that are nobody's business. */
export function withheld(text: string): string {
  return text.replace(WITHHELD, '$1"(not logged)"');
}

/** The channel `log`, for a trace. */
export function discreet(log: vscode.LogOutputChannel): vscode.LogOutputChannel {
  const written = new Set<string | symbol>(["append", "appendLine", "replace", "trace", "debug", "info", "warn", "error"]);
  return new Proxy(log, {
    get(channel, name) {
      const value: unknown = Reflect.get(channel, name, channel);
      if (typeof value !== "function") {
        return value;
      }
      const call = value.bind(channel) as (...words: unknown[]) => unknown;
      return written.has(name)
        ? (...words: unknown[]) => call(...words.map((word) => (typeof word === "string" ? withheld(word) : word)))
        : call;
    },
  });
}
