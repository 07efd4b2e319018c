/**
 * Which documents may be named, and saves.
 *
 * Invariant: only files on disk are named, never untitled, virtual or read-only views; only saves within a folder of
 * this window are reported.
 */
import * as vscode from "vscode";

import { type AfterglowEvent } from "../contract";

const URI_MOST = 4_096;

/** The uri as the server takes it; undefined for what is no file. */
export function fileUri(uri: vscode.Uri): string | undefined {
  if (uri.scheme !== "file") {
    return undefined;
  }
  const text = uri.toString();
  return text.length > URI_MOST ? undefined : text;
}

/** Report saved files until disposed. */
export function reportSaves(send: (event: AfterglowEvent) => void): vscode.Disposable {
  const saved = (document: { readonly uri: vscode.Uri }): void => {
    const uri = fileUri(document.uri);
    // A save elsewhere, as of the user's settings, is no work of this workspace.
    if (uri !== undefined && vscode.workspace.getWorkspaceFolder(document.uri) !== undefined) {
      send({ kind: "file.saved", data: { uri } });
    }
  };
  return vscode.Disposable.from(
    vscode.workspace.onDidSaveTextDocument(saved),
    vscode.workspace.onDidSaveNotebookDocument(saved),
  );
}
