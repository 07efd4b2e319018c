/**
 * Diagnostics: how many errors and warnings there are in all files together.
 *
 * Invariant: said only when a number changed, at most once a second, and nothing but the two numbers.
 */
import * as vscode from "vscode";

import { type AfterglowEvent } from "../contract";
import { type Counts, Tally } from "./counts";
import { fileUri } from "./documents";
import { Pace } from "./pace";

const EVERY_MS = 1_000;

/** Report counts until disposed. */
export function reportDiagnostics(send: (event: AfterglowEvent) => void): vscode.Disposable {
  const tally = new Tally();
  const changed = new Map<string, vscode.Uri>();
  let told: Counts | undefined;
  // The first look takes all files, the later ones those that changed.
  const look = (): void => {
    if (told === undefined) {
      for (const [uri, found] of vscode.languages.getDiagnostics()) {
        count(tally, uri, found);
      }
    } else {
      for (const uri of changed.values()) {
        count(tally, uri, vscode.languages.getDiagnostics(uri));
      }
    }
    changed.clear();
    const now = tally.total();
    if (told === undefined || now.errors !== told.errors || now.warnings !== told.warnings) {
      told = now;
      send({ kind: "diagnostics", data: { ...now } });
    }
  };
  const pace = new Pace(EVERY_MS, look);
  return vscode.Disposable.from(
    vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      for (const uri of uris) {
        changed.set(uri.toString(), uri);
      }
      pace.poke();
    }),
    new vscode.Disposable(() => {
      pace.dispose();
    }),
  );
}

function count(tally: Tally, uri: vscode.Uri, found: readonly vscode.Diagnostic[]): void {
  const file = fileUri(uri);
  if (file === undefined) {
    return;
  }
  let errors = 0;
  let warnings = 0;
  for (const { severity } of found) {
    errors += severity === vscode.DiagnosticSeverity.Error ? 1 : 0;
    warnings += severity === vscode.DiagnosticSeverity.Warning ? 1 : 0;
  }
  tally.set(file, { errors, warnings });
}
