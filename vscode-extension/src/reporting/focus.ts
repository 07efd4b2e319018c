/**
 * Whether this window is in front, and which file is.
 *
 * Invariant: said only when it changed, at once and then at most four times a second; a document that is no file has
 * no name.
 */
import * as vscode from "vscode";

import { type AfterglowEvent } from "../contract";
import { fileUri } from "./documents";
import { Pace } from "./pace";

const EVERY_MS = 250;

/** Report focus until disposed, beginning with what it is now. */
export function reportFocus(send: (event: AfterglowEvent) => void): vscode.Disposable {
  let told = "";
  const look = (): void => {
    const document = vscode.window.activeTextEditor?.document;
    const uri = document === undefined ? undefined : fileUri(document.uri);
    const data = { focused: vscode.window.state.focused, ...(uri === undefined ? {} : { uri }) };
    const now = JSON.stringify(data);
    if (now !== told) {
      told = now;
      send({ kind: "focus", data });
    }
  };
  const pace = new Pace(EVERY_MS, look);
  pace.poke();
  return vscode.Disposable.from(
    vscode.window.onDidChangeWindowState(() => {
      pace.poke();
    }),
    vscode.window.onDidChangeActiveTextEditor(() => {
      pace.poke();
    }),
    new vscode.Disposable(() => {
      pace.dispose();
    }),
  );
}
