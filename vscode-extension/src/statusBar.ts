/**
 * The one status bar item: a small sign at rest, a line while there is one.
 *
 * Invariant: what comes from outside is one clean line before it is shown, and never an icon or a link; nothing else
 * in the status bar moves for it; it goes back to rest by itself.
 */
import * as vscode from "vscode";
import { oneLine } from "./clean";
import type { Sidecar } from "./client";
import { readExplanation, type Explanation, type WarmToken } from "./contract";
import { lookOf, type Look } from "./looks";
import { escaped } from "./markdown";
import { showsLines } from "./settings";
import { author, clock, origin, when, why } from "./why";

/** Commands that the tooltip links to, in order, with no others trusted. */
const LINKED = [
  "afterglow.ui.next",
  "afterglow.ui.why",
  "afterglow.ui.rate",
  "afterglow.ui.quiet",
  "afterglow.ui.speak",
] as const;
const NOTE_MS = 5_000;
const QUIET_UNTIL = "quietUntil";
/** Left, behind everything: only items further right, which do not exist, could move. */
const PRIORITY = -100_000;

export class StatusBar implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  #last: WarmToken | null = null;
  #told: Explanation | null = null;
  readonly #line = new Held(() => {
    this.draw();
  });
  readonly #note = new Held(() => {
    this.draw();
  });
  #quietUntil: Date | null = null;
  #quietTimer: NodeJS.Timeout | null = null;

  /** `memento` keeps a pause over a reload of the window. */
  constructor(
    private readonly sidecar: Sidecar,
    private readonly memento: vscode.Memento | null = null,
  ) {
    this.#item = vscode.window.createStatusBarItem("afterglow.line", vscode.StatusBarAlignment.Left, PRIORITY);
    this.#item.name = "Afterglow";
    this.#item.command = "afterglow.ui.menu";
    const until = memento?.get<unknown>(QUIET_UNTIL);
    this.hush(typeof until === "string" ? new Date(until) : null);
  }

  /** The line that was shown last in this window. */
  get last(): WarmToken | null {
    return this.#last;
  }

  /** Whether nothing is said for now, as far as this window knows. */
  get quiet(): boolean {
    return this.#quietUntil !== null;
  }

  /** Shows a line for as long as it wants, and looks up why it came. False where lines are turned off. */
  show(token: WarmToken): boolean {
    const text = oneLine(token.response);
    if (text === "") {
      return false;
    }
    this.#last = token;
    this.#told = null;
    if (this.quiet) {
      // While it holds no line comes at all, so somebody ended it elsewhere.
      this.hush(null);
    }
    const wanted = showsLines();
    if (wanted) {
      this.#note.drop();
      this.#line.hold(text, token.ttlMs);
    }
    this.draw();
    void this.#explain(token);
    return wanted;
  }

  /** Shows a few words of our own for a moment: the answer to something that was asked for. */
  note(text: string): void {
    this.#note.hold(oneLine(text), NOTE_MS);
    this.draw();
  }

  /** Back to rest. */
  rest(): void {
    this.#line.drop();
    this.#note.drop();
    this.draw();
  }

  /** Nothing is said until then; null: speaks again. */
  hush(until: Date | null): void {
    if (this.#quietTimer !== null) {
      clearTimeout(this.#quietTimer);
      this.#quietTimer = null;
    }
    const left = until === null ? 0 : until.getTime() - Date.now();
    this.#quietUntil = left > 0 ? until : null;
    void this.memento?.update(QUIET_UNTIL, this.#quietUntil?.toISOString());
    if (left > 0) {
      this.#quietTimer = setTimeout(() => {
        this.hush(null);
      }, Math.min(left, 2 ** 31 - 1));
    }
    void vscode.commands.executeCommand("setContext", "afterglow.hushed", left > 0);
    this.draw();
  }

  /** Draws what is so. */
  draw(): void {
    const until = this.#quietUntil === null ? null : clock(this.#quietUntil);
    const look = lookOf(this.sidecar.state, this.sidecar.status, until);
    if (look === null) {
      this.#item.hide();
      return;
    }
    const shown = this.#note.text ?? this.#line.text;
    this.#item.text = shown ?? look.text;
    this.#item.accessibilityInformation = {
      label: shown === null ? look.label : vscode.l10n.t("Afterglow: {0}", shown),
      role: "button",
    };
    this.#item.tooltip = this.#tooltip(look);
    this.#item.show();
  }

  dispose(): void {
    this.rest();
    if (this.#quietTimer !== null) {
      clearTimeout(this.#quietTimer);
    }
    this.#item.dispose();
  }

  async #explain(token: WarmToken): Promise<void> {
    try {
      const made = readExplanation(await this.sidecar.request("afterglow/explain", { id: token.id }));
      if (this.#last === token && made.token !== null) {
        this.#told = made;
        this.draw();
      }
    } catch {
      // Without it the tooltip says a little less.
    }
  }

  #tooltip(look: Look): vscode.MarkdownString {
    const made = new vscode.MarkdownString();
    made.isTrusted = { enabledCommands: [...LINKED] };
    const paragraphs = [escaped(look.label)];
    const last = this.#last;
    if (last !== null) {
      paragraphs.push(`${escaped(last.response)} _${escaped(when(last))}_`);
      const about = this.#told === null ? [] : [why(this.#told), origin(this.#told)];
      about.push(author(last));
      paragraphs.push(...about.flatMap((text) => (text === null ? [] : [escaped(text)])));
    }
    if (this.sidecar.state === "running") {
      paragraphs.push(this.#links());
    }
    made.appendMarkdown(paragraphs.join("\n\n"));
    return made;
  }

  #links(): string {
    const texts: Readonly<Record<(typeof LINKED)[number], string>> = {
      "afterglow.ui.next": vscode.l10n.t("Another one"),
      "afterglow.ui.why": vscode.l10n.t("Why this"),
      "afterglow.ui.rate": vscode.l10n.t("Rate it"),
      "afterglow.ui.quiet": vscode.l10n.t("Quiet for an hour"),
      "afterglow.ui.speak": vscode.l10n.t("Speak again"),
    };
    const aboutALine = new Set<string>(["afterglow.ui.why", "afterglow.ui.rate"]);
    const left = LINKED.filter((command) => command !== (this.quiet ? "afterglow.ui.quiet" : "afterglow.ui.speak"));
    const fit = left.filter((command) => this.#last !== null || !aboutALine.has(command));
    return fit.map((command) => `[${texts[command]}](command:${command})`).join(" | ");
  }
}

/** A text that goes by itself. */
class Held {
  #text: string | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(private readonly gone: () => void) {}

  get text(): string | null {
    return this.#text;
  }

  /** Keeps it for `ms`; 0: until it is dropped. */
  hold(text: string, ms: number): void {
    this.drop();
    this.#text = text;
    if (ms > 0) {
      this.#timer = setTimeout(() => {
        this.drop();
        this.gone();
      }, ms);
    }
  }

  drop(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
    this.#text = null;
  }
}
