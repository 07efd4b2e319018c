/**
 * The activity report in a tab.
 *
 * Invariant: the page is what the server's own command prints, with its own content policy; it can reach no file and
 * no network. What goes wrong is one line in the tab.
 */
import * as vscode from "vscode";
import { run } from "./child";
import { oneLine } from "./clean";
import type { Sidecar } from "./client";

const LIMIT_MS = 10_000;
const MOST_BYTES = 8 * 1024 * 1024;

export class ReportPanel implements vscode.Disposable {
  #panel: vscode.WebviewPanel | null = null;
  #asked = 0;

  constructor(private readonly sidecar: Sidecar) {}

  /** Opens the tab, or brings it to the front, with the newest figures. */
  async open(): Promise<void> {
    if (this.#panel === null) {
      this.#panel = vscode.window.createWebviewPanel(
        "afterglow.report",
        vscode.l10n.t("Afterglow report"),
        vscode.ViewColumn.Active,
        { enableScripts: true, localResourceRoots: [], retainContextWhenHidden: false },
      );
      this.#panel.onDidDispose(() => {
        this.#panel = null;
      });
    } else {
      this.#panel.reveal();
    }
    await this.refresh();
  }

  /** Fetches the page again, where the tab is open. */
  async refresh(): Promise<void> {
    const asked = ++this.#asked;
    const page = await this.#page();
    if (this.#panel !== null && asked === this.#asked) {
      this.#panel.webview.html = page;
    }
  }

  dispose(): void {
    this.#panel?.dispose();
  }

  async #page(): Promise<string> {
    if (!this.sidecar.whole) {
      return plain(vscode.l10n.t("Its server is not where it was installed; reloading the window mends that."));
    }
    const wanted = await this.sidecar.commandLine(["report", "--html", "-"]);
    if (wanted === null) {
      return plain(vscode.l10n.t("The report needs Python 3.11 or later; the output channel says what was tried."));
    }
    const made = await run({
      ...wanted,
      cwd: this.sidecar.home,
      env: this.sidecar.environment(),
      ms: LIMIT_MS,
      most: MOST_BYTES,
    });
    if (made.broken === "late") {
      return plain(vscode.l10n.t("The report took longer than {0} s and was given up.", LIMIT_MS / 1_000));
    }
    if (made.code !== 0 || !/^\s*<!doctype html>/i.test(made.stdout)) {
      const last = made.stderr.trim().split("\n").at(-1);
      const said = oneLine(last) || (made.errno ?? vscode.l10n.t("it ended with {0}", String(made.code)));
      return plain(vscode.l10n.t("The report could not be made: {0}", said));
    }
    return made.stdout;
  }
}

function plain(text: string): string {
  const signs: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  const safe = text.replace(/[&<>"]/g, (sign) => signs[sign] ?? "");
  return [
    "<!DOCTYPE html><html><head>",
    `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'">`,
    `</head><body><p>${safe}</p></body></html>`,
  ].join("");
}
