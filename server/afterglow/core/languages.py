"""Which language or tool a file is written in or belongs to, by its name alone.

Invariant: a name that is not in the tables belongs to none; a suffix shared by several languages is left out.
"""

from __future__ import annotations

from typing import Final

SUFFIXES: Final[dict[str, str]] = {
    suffix: language
    for language, suffixes in {
        "Python": "py pyi",
        "TypeScript": "ts tsx mts cts",
        "JavaScript": "js jsx mjs cjs",
        "Rust": "rs",
        "Go": "go",
        "Java": "java",
        "Kotlin": "kt kts",
        "Scala": "scala sc",
        "Swift": "swift",
        "C#": "cs",
        "F#": "fs fsx",
        "C++": "cpp cc cxx hpp hxx",
        "C": "c",
        "Ruby": "rb",
        "PHP": "php",
        "Lua": "lua",
        "Elixir": "ex exs",
        "Erlang": "erl hrl",
        "Haskell": "hs",
        "OCaml": "ml mli",
        "Clojure": "clj cljs cljc",
        "Dart": "dart",
        "Julia": "jl",
        "R": "r",
        "Zig": "zig",
        "Nim": "nim",
        "Crystal": "cr",
        "Perl": "pl",
        "shell": "sh bash zsh fish",
        "SQL": "sql",
        "HTML": "html",
        "CSS": "css scss sass less",
        "Vue": "vue",
        "Svelte": "svelte",
        "Terraform": "tf",
        "Protocol Buffers": "proto",
        "GraphQL": "graphql gql",
        "LaTeX": "tex",
        "Nix": "nix",
        "Solidity": "sol",
        "Gleam": "gleam",
        "WebAssembly text": "wat",
    }.items()
    for suffix in suffixes.split()
}

NAMES: Final[dict[str, str]] = {
    "dockerfile": "Docker",
    "containerfile": "Docker",
    "makefile": "make",
    "justfile": "just",
    "cmakelists.txt": "CMake",
    "meson.build": "Meson",
    "build.bazel": "Bazel",
    "flake.nix": "Nix",
    "jenkinsfile": "Jenkins",
    "vagrantfile": "Vagrant",
}


def language_of(path: str) -> str | None:
    """The language or tool of a file, None for a name that tells nothing."""
    name = path.replace("\\", "/").rpartition("/")[2].lower()
    if name in NAMES:
        return NAMES[name]
    stem, dot, suffix = name.rpartition(".")
    return SUFFIXES.get(suffix) if dot and stem else None
