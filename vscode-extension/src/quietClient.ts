/**
 * The language client, with everything taken away that could put a box in front of somebody's work.
 *
 * Invariant: whatever the server sends or how it ends, no message, dialog, document or edit of its making appears:
 * what would show one is answered before the library sees it, and the library's own complaints go to the log.
 * This module is loaded when the server starts, not before.
 */
import { createInterface } from "node:readline";
import type { ChildProcess } from "node:child_process";
import type { LogOutputChannel } from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  type DataCallback,
  type Disposable,
  type LanguageClientOptions,
  type Message,
  type MessageReader,
  type MessageTransports,
  type MessageWriter,
  type Middleware,
  type StaticFeature,
} from "vscode-languageclient/node";
import { oneLine } from "./clean";
import { TRUSTED_COMMANDS } from "./contract";
import { discreet } from "./discreet";

/** What a server may ask for and never gets, with the answer. */
const REFUSED: Readonly<Record<string, unknown>> = {
  "window/showMessage": null,
  "window/showMessageRequest": null,
  "window/showDocument": { success: false },
  "workspace/applyEdit": { applied: false },
  "telemetry/event": null,
};
const LOGGED_COLUMNS = 300;

export interface Wiring {
  readonly log: LogOutputChannel;
  readonly options: () => Record<string, unknown>;
  /** Starts the server; rejects where that fails. */
  readonly spawn: () => Promise<ChildProcess>;
  readonly closed: () => void;
  /** One line that the server wrote to stderr. */
  readonly wrote: (line: string) => void;
  /** A command of the server's ran: its name, its object, what came back. */
  readonly ran: (command: string, argument: unknown, answer: unknown) => void;
}

export class QuietClient extends LanguageClient {
  readonly #log: LogOutputChannel;

  constructor(wiring: Wiring) {
    super("afterglow", "Afterglow", wiring.spawn, clientOptions(wiring));
    this.#log = wiring.log;
    this.registerFeature(OPT_IN);
  }

  override error(message: string, data?: unknown): void {
    this.#log.debug(oneLine(withData(message, data), LOGGED_COLUMNS));
  }

  override warn(message: string, data?: unknown): void {
    this.#log.debug(oneLine(withData(message, data), LOGGED_COLUMNS));
  }

  override info(message: string, data?: unknown): void {
    this.#log.debug(oneLine(withData(message, data), LOGGED_COLUMNS));
  }

  protected override async createMessageTransports(encoding: string): Promise<MessageTransports> {
    const made = await super.createMessageTransports(encoding);
    return { ...made, reader: new Doorkeeper(made.reader, made.writer, this.#log) };
  }
}

/** Lets through what the library may see. */
class Doorkeeper implements MessageReader {
  readonly onError: MessageReader["onError"];
  readonly onClose: MessageReader["onClose"];
  readonly onPartialMessage: MessageReader["onPartialMessage"];

  constructor(
    private readonly reader: MessageReader,
    private readonly writer: MessageWriter,
    private readonly log: LogOutputChannel,
  ) {
    this.onError = reader.onError;
    this.onClose = reader.onClose;
    this.onPartialMessage = reader.onPartialMessage;
  }

  listen(callback: DataCallback): Disposable {
    return this.reader.listen((message) => {
      const asked = message as Message & { method?: unknown; id?: unknown; params?: { message?: unknown } };
      const method = typeof asked.method === "string" ? asked.method : "";
      if (!Object.hasOwn(REFUSED, method)) {
        callback(message);
        return;
      }
      const text = oneLine(asked.params?.message, LOGGED_COLUMNS);
      // Where somebody turned `display.message` on, this is where the lines go.
      if (method === "window/showMessage") {
        this.log.info(text);
      } else {
        this.log.debug(`${method}: ${text}`);
      }
      if (asked.id !== undefined) {
        const answer = { jsonrpc: "2.0", id: asked.id, result: REFUSED[method] };
        this.writer.write(answer as Message).catch(() => undefined);
      }
    });
  }

  dispose(): void {
    this.reader.dispose();
  }
}

/** Says that this client takes lines as `afterglow/token`. */
const OPT_IN: StaticFeature = {
  fillClientCapabilities(capabilities) {
    const before = (capabilities.experimental ?? {}) as object;
    capabilities.experimental = { ...before, afterglow: { token: true } };
  },
  initialize: () => undefined,
  getState: () => ({ kind: "static" }),
  clear: () => undefined,
};

function clientOptions(wiring: Wiring): LanguageClientOptions {
  const lines =
    (into: (line: string) => void) =>
    (input: NodeJS.ReadableStream): void => {
      createInterface({ input, crlfDelay: Infinity, terminal: false, historySize: 0 }).on("line", into);
    };
  return {
    documentSelector: [{ scheme: "file" }],
    outputChannel: wiring.log,
    traceOutputChannel: discreet(wiring.log),
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: wiring.options,
    initializationFailedHandler: () => false,
    progressOnInitialization: false,
    // Only the two ways out that the server's tooltip offers.
    markdown: { isTrusted: { enabledCommands: [...TRUSTED_COMMANDS] }, supportHtml: false },
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => {
        wiring.closed();
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    },
    middleware: middleware(wiring),
    stdioOptions: { stdout: lines(wiring.wrote), stderr: lines(wiring.wrote) },
  };
}

function middleware(wiring: Wiring): Middleware {
  return {
    handleDiagnostics: () => undefined,
    async executeCommand(command, args: unknown[], next) {
      try {
        const answer: unknown = await next(command, args);
        wiring.ran(command, args[0], answer);
        return answer;
      } catch (error) {
        wiring.log.debug(`${command}: ${oneLine(String(error), LOGGED_COLUMNS)}`);
        return undefined;
      }
    },
    async provideInlayHints(document, range, token, next) {
      const hints = await next(document, range, token);
      for (const hint of hints ?? []) {
        hint.label = typeof hint.label === "string" ? oneLine(hint.label) : hint.label;
      }
      return hints;
    },
    workspace: {
      configuration: (params) => params.items.map((item) => (item.section === "afterglow" ? wiring.options() : null)),
    },
  };
}

function withData(message: string, data: unknown): string {
  if (data === undefined || data === null) {
    return message;
  }
  return `${message} ${data instanceof Error ? data.message : JSON.stringify(data)}`;
}
