/**
 * The settings that the user set, as the server reads them.
 *
 * Invariant: a default is never sent, so that `config.toml` and the environment keep their say; what a repository
 * must not decide is read from the user's own settings alone, and a folder that is not trusted decides nothing.
 */
import * as vscode from "vscode";
import { liesInside } from "./environment";
import { fileFolders } from "./folders";

export const SECTION = "afterglow";
export const INTERPRETER = "interpreter";
/** Settings of the extension alone, which no server knows. */
const OWN: ReadonlySet<string> = new Set([INTERPRETER, "trace.server"]);
/** Programs that the server starts: as for its own interpreter, none that an open folder could bring along. */
const PROGRAMS: ReadonlySet<string> = new Set(["enrichment.interpreter"]);

interface Contributed {
  readonly [name: string]: { readonly scope?: string } | undefined;
}

/** The interpreter that the user named on this machine; empty for none. */
export function interpreter(): string {
  const value = vscode.workspace.getConfiguration(SECTION).inspect<unknown>(INTERPRETER)?.globalValue;
  return typeof value === "string" ? value : "";
}

/** Whether lines may be shown in the status bar. */
export function showsLines(): boolean {
  return vscode.workspace.getConfiguration(SECTION).get("display.statusBar", true);
}

/** What goes to the server at the start and whenever it changes. */
export function options(contributed: Contributed): Record<string, unknown> {
  return {
    ...chosen(contributed),
    trust: vscode.workspace.isTrusted ? "full" : "restricted",
    locale: vscode.env.language,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}

/** The settings with a value of the user's or, where that may be, of the workspace's. Dotted names. */
function chosen(contributed: Contributed): Record<string, unknown> {
  const first = vscode.workspace.workspaceFolders?.find((folder) => folder.uri.scheme === "file");
  const section = vscode.workspace.getConfiguration(SECTION, first?.uri ?? null);
  const made: Record<string, unknown> = {};
  for (const [whole, about] of Object.entries(contributed)) {
    const name = whole.startsWith(`${SECTION}.`) ? whole.slice(SECTION.length + 1) : "";
    if (name === "" || OWN.has(name)) {
      continue;
    }
    const seen = section.inspect<unknown>(name);
    const anywhere = about?.scope !== "machine" && vscode.workspace.isTrusted;
    const value = anywhere
      ? (seen?.workspaceFolderValue ?? seen?.workspaceValue ?? seen?.globalValue)
      : seen?.globalValue;
    if (value !== undefined && !(PROGRAMS.has(name) && broughtAlong(value))) {
      made[name] = value;
    }
  }
  return made;
}

/** Whether a program lies in an open folder. */
function broughtAlong(value: unknown): boolean {
  return typeof value === "string" && liesInside(value, fileFolders());
}

/** The settings that the extension's own package.json declares. */
export function contributedBy(extension: vscode.Extension<unknown>): Contributed {
  const manifest = extension.packageJSON as { contributes?: { configuration?: Section | Section[] } };
  const sections = manifest.contributes?.configuration ?? [];
  return Object.assign({}, ...[sections].flat().map((section) => section.properties ?? {})) as Contributed;
}

interface Section {
  readonly properties?: Contributed;
}
