/**
 * Bundles the extension: src/extension.ts -> dist/extension.js; with --tests, test/*.test.ts -> out/test.
 *
 * Invariant: what ships is one minified file without a source map; `vscode` is the editor's own.
 */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { build } from "esbuild";

const common = {
  bundle: true,
  platform: "node",
  format: "cjs",
  // What VS Code 1.93 runs on.
  target: "node20",
  external: ["vscode"],
  logLevel: "warning",
};

if (process.argv.includes("--tests")) {
  const tests = existsSync("test") ? readdirSync("test").filter((name) => name.endsWith(".test.ts")) : [];
  rmSync("out/test", { recursive: true, force: true });
  await build({
    ...common,
    entryPoints: tests.map((name) => `test/${name}`),
    outdir: "out/test",
    sourcemap: "inline",
    target: "node22",
    // In tests a stand-in plays the editor.
    ...(existsSync("test/fake-vscode.ts") ? { external: [], alias: { vscode: "./test/fake-vscode.ts" } } : {}),
  });
} else {
  await build({
    ...common,
    entryPoints: ["src/extension.ts"],
    outfile: "dist/extension.js",
    minify: true,
    // vscode-languageclient's ES module builds are smaller once unused parts fall away.
    mainFields: ["module", "main"],
    legalComments: "none",
  });
}
