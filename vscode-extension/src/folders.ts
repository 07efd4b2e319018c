/** The open folders that lie on this machine. Invariant: what is virtual or remote to us never counts. */
import * as vscode from "vscode";

/** Their paths. */
export function fileFolders(): string[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.filter((folder) => folder.uri.scheme === "file").map((folder) => folder.uri.fsPath);
}
