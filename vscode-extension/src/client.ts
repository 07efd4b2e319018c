/**
 * The server's process: found, started, listened to, and started again with patience.
 *
 * Invariant: one server at a time; starting, restarting and stopping happen one after the other; whatever goes wrong
 * becomes a state and at most one line in the log, never a message in somebody's way.
 */
import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import { oneLine } from "./clean";
import { readStatus, readToken, type AfterglowEvent, type Status, type WarmToken } from "./contract";
import { cleanEnvironment, serverEnvironment } from "./environment";
import { fileFolders } from "./folders";
import { Locator } from "./locating";
import type { QuietClient } from "./quietClient";
import { Restarts } from "./restarts";
import { begun, ended, within } from "./serverProcess";
import { options } from "./settings";

/** `idle`: no folder on this machine is open. `starting` includes the wait before another try. */
export type State = "idle" | "starting" | "running" | "paused" | "no python" | "stopped";

/** A question while no server runs. */
export class NotRunning extends Error {}

const INITIALIZE_MS = 20_000;
const STOP_MS = 2_000;
const LAST_WORDS_COLUMNS = 200;
const STANDING: ReadonlySet<AfterglowEvent["kind"]> = new Set(["focus", "diagnostics"]);

interface Session {
  readonly client: QuietClient;
  child: ChildProcess | null;
}

type Contributed = Parameters<typeof options>[0];

export class Sidecar {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #token = new vscode.EventEmitter<WarmToken>();
  readonly #ran = new vscode.EventEmitter<{ command: string; argument: unknown; answer: unknown }>();
  /** The state or the status is another one. */
  readonly onDidChange = this.#changed.event;
  /** A line to show. */
  readonly onToken = this.#token.event;
  /** A command of the server's ran, from a hint's tooltip or elsewhere. */
  readonly onRan = this.#ran.event;

  readonly #restarts = new Restarts();
  readonly #home: string;
  readonly #python: Locator;
  #session: Session | null = null;
  #state: State = "idle";
  #status: Status | null = null;
  /** What holds until it is reported anew, by kind: a server that comes back is told again. */
  readonly #standing = new Map<AfterglowEvent["kind"], AfterglowEvent>();
  #lastWords = "";
  #again: NodeJS.Timeout | null = null;
  #queue: Promise<void> = Promise.resolve();
  #closed = false;

  /** `extensionPath`: where this extension is installed. */
  constructor(
    extensionPath: string,
    private readonly contributed: Contributed,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.#home = path.join(extensionPath, "bundled", "tool");
    this.#python = new Locator(extensionPath, log);
  }

  get state(): State {
    return this.#state;
  }

  /** What the server said of itself last; null while none runs. */
  get status(): Status | null {
    return this.#status;
  }

  /** Starts the server where there is something for it to do. Comes back when it runs, or will not. */
  start(): Promise<void> {
    return this.#next(() => this.#begin());
  }

  /** The same from anew, with a clean slate: the interpreter is looked for again. */
  restart(): Promise<void> {
    return this.#next(async () => {
      this.#restarts.forget();
      this.#python.forget();
      await this.#end();
      await this.#begin();
    });
  }

  /** Ends it for good. */
  stop(): Promise<void> {
    this.#closed = true;
    if (this.#state === "starting") {
      this.#session?.child?.kill();
    }
    return this.#next(async () => {
      await this.#end();
      this.#become("stopped");
    });
  }

  /** The folders changed: begins, or ends, where that makes the difference. */
  folders(): Promise<void> {
    // The interpreter that was found may lie in one of them.
    this.#python.forget();
    return this.#next(async () => {
      if (fileFolders().length === 0) {
        await this.#end();
      }
      await this.#begin();
    });
  }

  /** The user's settings are others now. */
  settings(): void {
    this.#notify("workspace/didChangeConfiguration", { settings: { afterglow: options(this.contributed) } });
  }

  /** Reports what happened in the editor; without a server it is forgotten, but for what stands. */
  send(event: AfterglowEvent): void {
    if (STANDING.has(event.kind)) {
      this.#standing.set(event.kind, event);
    }
    this.#notify("afterglow/event", event);
  }

  /** Asks the server. Rejects with NotRunning, or with the server's own error. */
  async request(method: string, params: object): Promise<unknown> {
    if (this.#session === null || this.#state !== "running") {
      throw new NotRunning();
    }
    return await this.#session.client.sendRequest<unknown>(method, params);
  }

  /** How to run the server's command line: the command, and what it needs; null where there is none. */
  async commandLine(args: readonly string[]): Promise<{ command: string; args: string[] } | null> {
    const python = await this.#python.find();
    const [command, ...first] = python ?? [];
    return command === undefined ? null : { command, args: [...first, "-I", this.#script, ...args] };
  }

  /** Whether the server's files are where they were installed; an update may have taken them away. */
  get whole(): boolean {
    return existsSync(this.#script);
  }

  get home(): string {
    return this.#home;
  }

  environment(): Record<string, string> {
    return cleanEnvironment(process.env, fileFolders());
  }

  get #script(): string {
    return path.join(this.#home, "server.py");
  }

  #next(work: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(work).catch((error: unknown) => {
      this.log.error(oneLine(String(error), LAST_WORDS_COLUMNS));
    });
    return this.#queue;
  }

  async #begin(): Promise<void> {
    this.#forgetTimer();
    if (this.#closed || this.#session !== null) {
      return;
    }
    if (fileFolders().length === 0) {
      this.#become("idle");
      return;
    }
    if (!this.whole) {
      this.#pause(vscode.l10n.t("Its server is not where it was installed; reloading the window mends that."));
      return;
    }
    this.#become("starting");
    if ((await this.#python.find()) === null) {
      this.#become("no python");
      return;
    }
    await this.#launch();
  }

  async #launch(): Promise<void> {
    const { QuietClient } = await import("./quietClient");
    this.#restarts.started(Date.now());
    const session: Session = {
      child: null,
      client: new QuietClient({
        log: this.log,
        options: () => options(this.contributed),
        spawn: async () => (session.child = await this.#spawn()),
        closed: () => {
          this.#fell(session);
        },
        wrote: (line) => {
          this.#lastWords = line.trim() === "" ? this.#lastWords : oneLine(line, LAST_WORDS_COLUMNS);
          this.log.trace(oneLine(line, LAST_WORDS_COLUMNS));
        },
        ran: (command, argument, answer) => {
          this.#ran.fire({ command, argument, answer });
        },
      }),
    };
    this.#session = session;
    this.#lastWords = "";
    session.client.onNotification("afterglow/token", (value: unknown) => {
      const token = readToken(value);
      if (token !== null) {
        this.#token.fire(token);
      }
    });
    session.client.onNotification("afterglow/status", (value: unknown) => {
      const status = readStatus(value);
      if (status !== null) {
        this.#status = status;
        this.#changed.fire();
      }
    });
    try {
      await within(session.client.start(), INITIALIZE_MS);
    } catch (error) {
      this.log.debug(`start: ${oneLine(String(error), LAST_WORDS_COLUMNS)}`);
      this.#fell(session);
      return;
    }
    if (this.#session === session) {
      this.#become("running");
      for (const event of this.#standing.values()) {
        this.send(event);
      }
    }
  }

  async #spawn(): Promise<ChildProcess> {
    const wanted = await this.commandLine(["lsp"]);
    if (wanted === null) {
      throw new NotRunning();
    }
    const environ = serverEnvironment(process.env, fileFolders());
    return await begun(wanted.command, wanted.args, this.#home, environ);
  }

  /** A server ended by itself, or never came up. */
  #fell(session: Session): void {
    if (this.#session !== session) {
      return;
    }
    this.#session = null;
    this.#status = null;
    void ended(session.child);
    if (this.#closed) {
      return;
    }
    const delay = this.#restarts.delay(Date.now());
    if (delay === null) {
      const words = this.#lastWords === "" ? "" : ` ${vscode.l10n.t("Its last words: {0}.", this.#lastWords)}`;
      this.#pause(vscode.l10n.t("The server ended four times in ten minutes and rests now.") + words);
      return;
    }
    this.log.debug(`the server ended; another try in ${delay / 1000} s`);
    this.#become("starting");
    this.#again = setTimeout(() => void this.start(), delay);
  }

  async #end(): Promise<void> {
    this.#forgetTimer();
    const session = this.#session;
    this.#session = null;
    this.#status = null;
    if (session !== null) {
      await session.client.stop(STOP_MS).catch(() => undefined);
      await ended(session.child);
    }
  }

  #pause(reason: string): void {
    this.log.warn(vscode.l10n.t('{0} "Afterglow: Restart" starts it again.', reason));
    this.#become("paused");
  }

  #notify(method: string, params: object): void {
    if (this.#session !== null && this.#state === "running") {
      this.#session.client.sendNotification(method, params).catch(() => undefined);
    }
  }

  #become(state: State): void {
    if (state !== this.#state) {
      this.#state = state;
      this.#changed.fire();
    }
  }

  #forgetTimer(): void {
    if (this.#again !== null) {
      clearTimeout(this.#again);
      this.#again = null;
    }
  }
}
