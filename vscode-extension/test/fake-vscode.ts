/**
 * A stand-in for the editor's API: as much of it as the extension's own modules touch.
 *
 * Invariant: what a test puts in (`state`) is what a module sees, and `fire` reaches every listener that is still
 * there. It is bundled in place of `vscode` for tests only.
 */

type Listener<T> = (event: T) => unknown;

export class Disposable {
  constructor(private readonly work: () => unknown) {}

  static from(...all: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      all.forEach((each) => each.dispose());
    });
  }

  dispose(): void {
    this.work();
  }
}

export class EventEmitter<T> {
  private readonly listeners = new Set<Listener<T>>();

  readonly event = (listener: Listener<T>): Disposable => {
    this.listeners.add(listener);
    return new Disposable(() => this.listeners.delete(listener));
  };

  fire(event: T): void {
    for (const listener of [...this.listeners]) {
      listener(event);
    }
  }

  get heard(): number {
    return this.listeners.size;
  }

  dispose(): void {
    this.listeners.clear();
  }
}

export class Uri {
  private constructor(
    readonly scheme: string,
    readonly path: string,
  ) {}

  static file(path: string): Uri {
    return new Uri("file", path);
  }

  static parse(text: string): Uri {
    const colon = text.indexOf(":");
    return new Uri(text.slice(0, colon), text.slice(colon + 1).replace(/^\/\//u, ""));
  }

  get fsPath(): string {
    return this.path;
  }

  toString(): string {
    return this.scheme === "file" ? `file://${encodeURI(this.path)}` : `${this.scheme}:${this.path}`;
  }
}

export class ShellExecution {
  readonly commandLine: string | undefined;
  readonly command: unknown;
  readonly args: unknown;

  constructor(line: unknown, args?: unknown[]) {
    this.commandLine = args === undefined ? String(line) : undefined;
    this.command = args === undefined ? undefined : line;
    this.args = args;
  }
}

export class ProcessExecution {
  constructor(
    readonly process: string,
    readonly args: string[] = [],
  ) {}
}

export class CustomExecution {
  constructor(readonly callback: unknown) {}
}

export class ThemeIcon {
  constructor(readonly id: string) {}
}

export class MarkdownString {
  isTrusted: unknown = false;
  supportHtml = false;

  constructor(public value = "") {}

  appendMarkdown(text: string): this {
    this.value += text;
    return this;
  }
}

export const DiagnosticSeverity = { Error: 0, Warning: 1, Information: 2, Hint: 3 } as const;
export const StatusBarAlignment = { Left: 1, Right: 2 } as const;
export const QuickPickItemKind = { Separator: -1, Default: 0 } as const;
export const TaskScope = { Global: 1, Workspace: 2 } as const;

/** What is set where, by a setting's full name. */
export interface Inspected {
  readonly defaultValue?: unknown;
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
  readonly workspaceFolderValue?: unknown;
}

/** A status bar item as the screen has it. */
export class StatusBarItem {
  text = "";
  name = "";
  tooltip: MarkdownString | undefined;
  command: string | undefined;
  accessibilityInformation: { label: string; role?: string } | undefined;
  visible = false;
  changes = 0;

  constructor(
    readonly id: string,
    readonly alignment: number,
    readonly priority: number,
  ) {}

  show(): void {
    this.visible = true;
    this.changes += 1;
  }

  hide(): void {
    this.visible = false;
  }

  dispose(): void {
    this.visible = false;
  }
}

interface Folder {
  readonly uri: Uri;
  readonly name: string;
  readonly index: number;
}

/** What the window looks like; a test changes it freely. */
export const state = {
  folders: [] as Folder[],
  focused: true,
  editor: undefined as { document: { uri: Uri } } | undefined,
  running: [] as unknown[],
  diagnostics: new Map<string, { uri: Uri; found: { severity: number }[] }>(),
  looks: 0,
  settings: new Map<string, Inspected>(),
  trusted: true,
  items: [] as StatusBarItem[],
  commands: [] as unknown[][],
};

/** What happens; a test fires it. */
export const events = {
  startTask: new EventEmitter<unknown>(),
  startProcess: new EventEmitter<unknown>(),
  endProcess: new EventEmitter<unknown>(),
  endTask: new EventEmitter<unknown>(),
  startShell: new EventEmitter<unknown>(),
  endShell: new EventEmitter<unknown>(),
  startDebug: new EventEmitter<unknown>(),
  endDebug: new EventEmitter<unknown>(),
  diagnostics: new EventEmitter<{ uris: Uri[] }>(),
  saved: new EventEmitter<{ uri: Uri }>(),
  savedNotebook: new EventEmitter<{ uri: Uri }>(),
  window: new EventEmitter<unknown>(),
  editor: new EventEmitter<unknown>(),
};

interface Tracker {
  onWillReceiveMessage?(message: unknown): void;
  onDidSendMessage?(message: unknown): void;
}

interface Factory {
  createDebugAdapterTracker(session: unknown): Tracker;
}

/** The tracker factories that are registered. */
export const trackers = new Set<Factory>();

export const tasks = {
  onDidStartTask: events.startTask.event,
  onDidStartTaskProcess: events.startProcess.event,
  onDidEndTaskProcess: events.endProcess.event,
  onDidEndTask: events.endTask.event,
  get taskExecutions(): unknown[] {
    return state.running;
  },
};

export const window = {
  onDidStartTerminalShellExecution: events.startShell.event,
  onDidEndTerminalShellExecution: events.endShell.event,
  onDidChangeWindowState: events.window.event,
  onDidChangeActiveTextEditor: events.editor.event,
  get state(): { focused: boolean } {
    return { focused: state.focused };
  },
  createStatusBarItem(id: string, alignment: number, priority: number): StatusBarItem {
    const item = new StatusBarItem(id, alignment, priority);
    state.items.push(item);
    return item;
  },
  get activeTextEditor(): { document: { uri: Uri } } | undefined {
    return state.editor;
  },
};

export const debug = {
  onDidStartDebugSession: events.startDebug.event,
  onDidTerminateDebugSession: events.endDebug.event,
  registerDebugAdapterTrackerFactory(_type: string, factory: Factory): Disposable {
    trackers.add(factory);
    return new Disposable(() => trackers.delete(factory));
  },
};

export const languages = {
  onDidChangeDiagnostics: events.diagnostics.event,
  getDiagnostics(uri?: Uri): unknown {
    state.looks += 1;
    if (uri !== undefined) {
      return state.diagnostics.get(uri.toString())?.found ?? [];
    }
    return [...state.diagnostics.values()].map((each) => [each.uri, each.found]);
  },
};

export const workspace = {
  onDidSaveTextDocument: events.saved.event,
  onDidSaveNotebookDocument: events.savedNotebook.event,
  get isTrusted(): boolean {
    return state.trusted;
  },
  getConfiguration(section: string): {
    get(name: string, other: unknown): unknown;
    inspect(name: string): Inspected | undefined;
  } {
    const seen = (name: string): Inspected | undefined => state.settings.get(`${section}.${name}`);
    return {
      inspect: seen,
      get(name, other) {
        const one = seen(name);
        return one?.workspaceFolderValue ?? one?.workspaceValue ?? one?.globalValue ?? one?.defaultValue ?? other;
      },
    };
  },
  get workspaceFolders(): Folder[] {
    return state.folders;
  },
  getWorkspaceFolder(uri: Uri): Folder | undefined {
    return state.folders.find((folder) => `${uri.path}/`.startsWith(`${folder.uri.path}/`));
  },
};

export const commands = {
  executeCommand(...all: unknown[]): Promise<undefined> {
    state.commands.push(all);
    return Promise.resolve(undefined);
  },
};

export const env = { language: "en" };

export const l10n = {
  t(text: string, ...values: unknown[]): string {
    return text.replace(/\{(\d+)\}/gu, (_, index: string) => String(values[Number(index)]));
  },
};

/** A window as it opens: one folder, nothing running. */
export function reset(): void {
  state.folders = [{ uri: Uri.file("/code/shop"), name: "shop", index: 0 }];
  state.focused = true;
  state.editor = undefined;
  state.running = [];
  state.diagnostics.clear();
  state.looks = 0;
  state.settings.clear();
  state.trusted = true;
  state.items = [];
  state.commands = [];
}

/** How many listeners and trackers are left. */
export function heard(): number {
  return Object.values(events).reduce((sum, each) => sum + each.heard, 0) + trackers.size;
}
