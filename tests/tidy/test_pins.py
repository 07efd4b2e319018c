"""The pins in ``requirements/`` are exact, complete and within what ``pyproject.toml`` promises."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, requires

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.tidy.checkout import ROOT, project


def pins(name: str) -> dict[str, Requirement]:
    """The requirements of one file by their canonical names; ``-r`` lines are followed."""
    found: dict[str, Requirement] = {}
    for line in (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        text = line.partition("#")[0].strip()
        if text.startswith("-r "):
            found |= pins(text.removeprefix("-r ").removesuffix(".txt"))
        elif text:
            requirement = Requirement(text)
            found[canonicalize_name(requirement.name)] = requirement
    return found


def version(pin: Requirement) -> str:
    """The one version that a pin allows; fails for anything that is not ``name==version``."""
    (only,) = pin.specifier
    assert only.operator == "==", pin
    assert "*" not in only.version, pin
    assert pin.url is None, pin
    return only.version


def test_every_pin_names_one_version_and_no_place() -> None:
    assert all(version(pin) for pin in pins("dev").values())


def test_the_pins_keep_the_promises_of_pyproject() -> None:
    promised = [
        *((text, "run") for text in project()["project"]["dependencies"]),
        *((text, "build") for text in project()["build-system"]["requires"]),
    ]
    for text, where in promised:
        requirement = Requirement(text)
        pin = pins(where)[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version(pin)), (requirement, pin)


def test_what_a_pinned_package_needs_is_pinned_with_it() -> None:
    for name in ("run", "dev"):
        pinned = pins(name)
        missing = {
            (package, Requirement(text).name)
            for package in pinned
            for text in needs(package)
            if wanted(text) and canonicalize_name(Requirement(text).name) not in pinned
        }
        assert missing == set()


def needs(package: str) -> list[str]:
    """What an installed package requires; nothing for one whose marker keeps it from this platform."""
    try:
        return requires(package) or []
    except PackageNotFoundError:
        return []


def wanted(text: str) -> bool:
    """Whether a requirement applies here without any extra."""
    marker = Requirement(text).marker
    return marker is None or marker.evaluate({"extra": ""})


def test_a_run_brings_no_model_client_and_no_second_model_library() -> None:
    heavy = {"anthropic", "pydantic", "sqlalchemy", "httpx", "httpx2"}
    assert not heavy & set(pins("run"))
