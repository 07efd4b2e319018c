"""The software bill of materials of a release: ``make_sbom.py TO.json``, run with ``.venv-dist/tools``.

CycloneDX 1.6 of what leaves this project with the wheel and the extension: Python libraries from
``requirements/bundle.txt`` and their metadata in ``bundled/``, npm packages from the extension's lock file.
Invariant: no clock and no chance, so the same sources give the same bytes; the outcome fits the schema.
"""

from __future__ import annotations

import base64
import json
import re
import sys
import uuid
from collections.abc import Iterable, Sequence
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path

import vsix
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LIBS = vsix.EXTENSION / "bundled" / "libs"
PINS = vsix.ROOT / "requirements" / "bundle.txt"
PIN = re.compile(r"^([\w.-]+)==(\S+)((?:\s*\\\n\s+--hash=sha256:[0-9a-f]{64})+)", re.MULTILINE)
CLASSIFIED = {
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
}


def main(words: Sequence[str]) -> int:
    """Write the file; 1 with one line where it would not be true or not fit the schema."""
    try:
        (target,) = words
        text = written(bom())
        Path(target).write_text(text, encoding="utf-8", newline="\n")
    except (OSError, ValueError, KeyError) as error:
        sys.stderr.write(f"make_sbom: {error}\n")
        return 1
    return 0


def bom() -> Bom:
    """What a release is made of, and what needs what."""
    made = Bom()
    version = vsix.package()["version"]
    release = part("generic", "afterglow", version, "Apache-2.0", kind=ComponentType.APPLICATION)
    made.metadata.component = release
    server, libraries = python_part()
    extension, packages = npm_part()
    for component in (server, extension, *libraries, *packages):
        made.components.add(component)
    made.register_dependency(release, [server, extension])
    register_python(made, server, libraries)
    register_npm(made, extension, packages)
    names = sorted(str(component.purl) for component in made.components)
    made.serial_number = uuid.uuid5(uuid.NAMESPACE_URL, "\n".join(names))
    return made


def python_part() -> tuple[Component, list[Component]]:
    """The package and the libraries that it runs with."""
    own = metadata("afterglow-lsp")
    server = part("pypi", "afterglow-lsp", own["Version"], licence(own), kind=ComponentType.APPLICATION)
    libraries = []
    for name, version, hashes in PIN.findall(PINS.read_text(encoding="utf-8")):
        about = metadata(name)
        if about["Version"] != version:
            raise ValueError(f"{name} is pinned to {version}, and {about['Version']} is bundled")
        libraries.append(
            part("pypi", canonicalize_name(name), version, licence(about), sha256=hashes.rpartition(":")[2])
        )
    if len(libraries) + 1 != len(list(LIBS.glob("*.dist-info"))):
        raise ValueError("what is bundled is not what requirements/bundle.txt names")
    return server, libraries


def npm_part() -> tuple[Component, list[Component]]:
    """The extension and the packages that its script is put together from."""
    about = vsix.package()
    extension = part("npm", about["name"], about["version"], about["license"], kind=ComponentType.APPLICATION)
    packages = []
    for entry in vsix.carried():
        algorithm, _, digest = entry["integrity"].partition("-")
        if algorithm != "sha512":
            raise ValueError(f"the lock file has no SHA-512 of {entry['name']}")
        sha512 = base64.b64decode(digest).hex()
        packages.append(part("npm", entry["name"], entry["version"], entry["license"], sha512=sha512))
    return extension, packages


def part(
    registry: str,
    name: str,
    version: str,
    licence_id: str,
    *,
    kind: ComponentType = ComponentType.LIBRARY,
    sha256: str = "",
    sha512: str = "",
) -> Component:
    """One component with its package URL, which names it in the list of dependencies too."""
    if not licence_id:
        raise ValueError(f"{name} {version} names no licence")
    space, _, short = name.rpartition("/")
    purl = PackageURL(type=registry, namespace=space or None, name=short, version=version)
    hashes = ((HashAlgorithm.SHA_256, sha256), (HashAlgorithm.SHA_512, sha512))
    return Component(
        type=kind,
        name=name,
        version=version,
        purl=purl,
        bom_ref=purl.to_string(),
        licenses=[LicenseFactory().make_from_string(licence_id)],
        hashes=[HashType(alg=algorithm, content=digest) for algorithm, digest in hashes if digest],
    )


def metadata(name: str) -> Message:
    """``METADATA`` of a bundled library; its name may be written in any of the usual ways."""
    for path in LIBS.glob("*.dist-info/METADATA"):
        about = HeaderParser().parsestr(path.read_text(encoding="utf-8"))
        if canonicalize_name(about["Name"]) == canonicalize_name(name):
            return about
    raise ValueError(f"{name} is not bundled")


def licence(about: Message) -> str:
    """The licence as an SPDX expression: said, or else classified; empty where neither is clear."""
    said = str(about["License-Expression"] or about["License"] or "")
    if said and "\n" not in said and len(said) < 40:
        return {"MIT License": "MIT", "Apache License 2.0": "Apache-2.0"}.get(said, said)
    found = [CLASSIFIED[it] for it in about.get_all("Classifier", []) if it in CLASSIFIED]
    return found[0] if len(found) == 1 else ""


def register_python(made: Bom, server: Component, libraries: Sequence[Component]) -> None:
    """Who needs whom among the Python parts, where this Python and no extra is asked for."""
    by_name = {component.name: component for component in libraries}
    for component in (server, *libraries):
        needs = (Requirement(text) for text in metadata(component.name).get_all("Requires-Dist", []))
        names = {
            canonicalize_name(need.name)
            for need in needs
            if need.marker is None or need.marker.evaluate({"extra": "", "python_version": "3.11"})
        }
        made.register_dependency(component, chosen(by_name, names))


def register_npm(made: Bom, extension: Component, packages: Sequence[Component]) -> None:
    """Who needs whom among the npm parts, as the lock file has it."""
    lock = json.loads((vsix.EXTENSION / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    by_name = {component.name: component for component in packages}
    made.register_dependency(extension, chosen(by_name, lock[""].get("dependencies", {})))
    for entry, component in zip(vsix.carried(), packages, strict=True):
        made.register_dependency(component, chosen(by_name, lock[entry["folder"]].get("dependencies", {})))


def chosen(by_name: dict[str, Component], names: Iterable[str]) -> list[Component]:
    """The components of these names that are carried, sorted."""
    return [by_name[name] for name in sorted(names) if name in by_name]


def written(made: Bom) -> str:
    """The document, without the hour of its making; raises ValueError where it does not fit the schema."""
    document = json.loads(JsonV1Dot6(made).output_as_string())
    document["metadata"].pop("timestamp", None)
    text = json.dumps(document, indent=2, sort_keys=True) + "\n"
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if wrong is not None:
        raise ValueError(f"the document does not fit the schema: {wrong}")
    return text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
