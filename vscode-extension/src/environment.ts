/**
 * The environment of every process that this extension starts.
 *
 * Invariant: a list of what is kept, so that nothing which steers Python, the loader or an activated environment
 * gets through, no secret but the one key that the server itself may use, and no address it could be sent to; a PATH
 * that leads only to absolute places outside the folders that are open.
 */
import { realpathSync } from "node:fs";
import * as path from "node:path";

const KEPT = new Set([
  "HOME",
  "USER",
  "LOGNAME",
  "LANG",
  "LANGUAGE",
  "TZ",
  "TZDIR",
  "TMPDIR",
  "TEMP",
  "TMP",
  // Windows needs these to find its own libraries and the user's folders.
  "USERPROFILE",
  "USERNAME",
  "APPDATA",
  "LOCALAPPDATA",
  "PROGRAMDATA",
  "PROGRAMFILES",
  "HOMEDRIVE",
  "HOMEPATH",
  "SYSTEMROOT",
  "SYSTEMDRIVE",
  "WINDIR",
  "COMSPEC",
  "PATHEXT",
  // The user's own git settings, where git is told to look for them; a desktop to notify.
  "GIT_CONFIG_GLOBAL",
  "DISPLAY",
  "WAYLAND_DISPLAY",
  "DBUS_SESSION_BUS_ADDRESS",
]);
const KEPT_BEGINNINGS = ["AFTERGLOW_", "XDG_", "LC_"];

/** The key of the language model, where the user's own environment has one; for the server's process alone. */
const KEY = "ANTHROPIC_API_KEY";

type Platform = NodeJS.Platform;

/** `environ` without what is not on the list. `folders`: the paths of the folders that are open. */
export function cleanEnvironment(
  environ: Readonly<Record<string, string | undefined>>,
  folders: readonly string[],
  platform: Platform = process.platform,
): Record<string, string> {
  const made: Record<string, string> = {};
  for (const [name, value] of Object.entries(environ)) {
    if (value === undefined) {
      continue;
    }
    const upper = name.toUpperCase();
    if (upper === "PATH") {
      made[name] = cleanPath(value, folders, platform).join(pathsOf(platform).delimiter);
    } else if (KEPT.has(upper) || KEPT_BEGINNINGS.some((beginning) => upper.startsWith(beginning))) {
      made[name] = value;
    }
  }
  return made;
}

/** What the server's own process gets besides: its idle twin asks with this key, by the user's consent alone. */
export function serverEnvironment(
  environ: Readonly<Record<string, string | undefined>>,
  folders: readonly string[],
  platform: Platform = process.platform,
): Record<string, string> {
  const key = environ[KEY];
  return { ...cleanEnvironment(environ, folders, platform), ...(key === undefined ? {} : { [KEY]: key }) };
}

/** The absolute entries of a PATH that lead outside `folders`, in order, each once. */
export function cleanPath(text: string, folders: readonly string[], platform: Platform = process.platform): string[] {
  const paths = pathsOf(platform);
  const entries = text.split(paths.delimiter).map((entry) => entry.replace(/^"(.*)"$/, "$1"));
  const whole = entries.filter((entry) => paths.isAbsolute(entry) && !liesInside(entry, folders, platform));
  return [...new Set(whole)];
}

/** Whether `place` lies in one of `folders`, by its name, or by where links lead from it or from its folder. */
export function liesInside(place: string, folders: readonly string[], platform: Platform = process.platform): boolean {
  const paths = pathsOf(platform);
  const real = realOf(place);
  const places = [place, real, paths.join(realOf(paths.dirname(place)), paths.basename(place))];
  return folders.some((folder) =>
    [folder, realOf(folder)].some((root) => places.some((one) => isWithin(one, root, platform))),
  );
}

function isWithin(place: string, root: string, platform: Platform): boolean {
  const paths = pathsOf(platform);
  // Where names may differ in case alone, the stricter reading counts.
  const fold = (text: string): string => (platform === "linux" ? text : text.toLowerCase());
  const way = paths.relative(fold(root), fold(place));
  return way === "" || (way !== ".." && !way.startsWith(`..${paths.sep}`) && !paths.isAbsolute(way));
}

function realOf(place: string): string {
  try {
    return realpathSync(place);
  } catch {
    return place;
  }
}

/** The rules of paths on a platform. */
export function pathsOf(platform: Platform): path.PlatformPath {
  return platform === "win32" ? path.win32 : path.posix;
}
