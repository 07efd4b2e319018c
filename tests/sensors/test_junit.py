"""What a JUnit report counts and proves, whoever wrote it and however it ends."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.sensors import junit_child, junit_run
from afterglow.sensors.junit import Place, Report, clean_name, parse
from afterglow.sensors.junit_run import read_report
from tests.support.rawclient import server_env

DATA = Path(__file__).parent.parent / "data" / "junit"


def sample(name: str, *ask: str) -> Report:
    report = parse((DATA / f"{name}.xml").read_bytes(), ask)
    assert report is not None
    return report


@pytest.mark.parametrize(
    ("name", "counts", "status", "duration_ms", "suite"),
    [
        ("surefire", (2, 1, 1, 0), "fail", 1_234_500.0, None),
        ("jest", (2, 1, 0, 0), "fail", 2_411.0, "jest"),
        ("vitest", (2, 0, 1, 0), "ok", 512.0, "vitest"),
        ("mocha", (1, 1, 0, 0), "fail", 40.0, "mocha"),
        ("playwright", (1, 0, 1, 0), "ok", 4_207.0, "playwright"),
        ("nextest", (2, 1, 0, 0), "fail", 23.0, "nextest"),
        ("ctest", (1, 1, 2, 0), "fail", 0.0, "ctest"),
        ("googletest", (2, 0, 1, 0), "ok", 200.0, "googletest"),
        ("gotestsum", (2, 1, 0, 0), "fail", 431.0, "go"),
        ("unittest", (1, 0, 1, 1), "fail", 20.0, "unittest"),
        ("nested", (4, 1, 0, 0), "fail", 4_000.0, None),
        ("node", (3, 0, 0, 0), "ok", 12.0, "node"),
        ("pytest_xunit1", (1, 1, 0, 0), "fail", 54.0, "pytest"),
        ("pytest_interrupted", (1, 0, 0, 0), "unknown", 250.0, "pytest"),
    ],
)
def test_shapes_of_many_runners(
    name: str, counts: tuple[int, int, int, int], status: str, duration_ms: float, suite: str | None
) -> None:
    report = sample(name)
    assert (report.passed, report.failed, report.skipped, report.errors) == counts
    assert report.cases == sum(counts)
    assert report.status == status
    assert report.duration_ms == pytest.approx(duration_ms)
    assert report.suite == suite
    assert report.complete is (name != "pytest_interrupted")
    assert report.whole


def test_failing_tests_are_named_and_known_by_class_and_name() -> None:
    report = sample("unittest")
    assert report.failing == ("test_drop",)
    assert report.failed_ids == ("tests.test_cart.CartTests::test_drop",)
    assert report.failed_at == {report.failed_ids[0]: Place("tests/test_cart.py", 10)}


def test_places_count_from_0_whatever_the_runner_counts_from() -> None:
    asked = "tests.test_a.TestX::test_m[1]"
    assert sample("pytest_xunit1", asked).place_of(asked) == Place("tests/test_a.py", 9)
    assert sample("googletest", "Math::Adds").place_of("Math::Adds") == Place("math_test.cc", 11)
    assert sample("mocha", "takes::queue takes").place_of("takes::queue takes") == Place(
        "/repo/test/a.spec.js", None
    )


def test_only_tests_that_passed_have_a_place() -> None:
    asked = ("cart removes::cart removes", "cart adds::cart adds", "user logs in::user logs in", "x::y")
    report = sample("jest", *asked)
    assert report.place_of(asked[0]) is None
    assert report.place_of(asked[1]) == Place("src/cart.test.ts", None)
    assert set(report.passing) == {asked[1], asked[2]}


def test_a_test_that_is_reported_twice_passes_only_if_it_never_failed() -> None:
    twice = b"""<testsuite><testcase classname="c" name="t"/>
        <testcase classname="c" name="t"><error/></testcase><testcase classname="c" name="t"/></testsuite>"""
    report = parse(twice, ["c::t"])
    assert report is not None
    assert (report.passed, report.errors, dict(report.passing)) == (2, 1, {})


def test_start_time_with_and_without_zone() -> None:
    assert (sample("nextest").started_at, sample("nextest").zoned) == (1769848200123, True)
    assert (sample("jest").started_at, sample("jest").zoned) == (1769851800000, False)
    assert sample("surefire").started_at is None


@pytest.mark.parametrize(
    "text",
    [
        '<testsuite name="pytest" tests="0" failures="0"/>',
        "<testsuites/>",
        '<testsuite tests="3"><testcase name="a"/><testcase name="b"/></testsuite>',
        '<testsuites tests="2"><testsuite><testcase name="a"/></testsuite></testsuites>',
        '<testsuite failures="1"><testcase name="a"/></testsuite>',
        '<testsuite errors="1"><testcase name="a"/></testsuite>',
        '<testsuite><testcase name="a"/><testcase time="0"/></testsuite>',
        '<testsuite><testcase name="a"><skipped/></testcase></testsuite>',
        '<testsuite><testcase name="a"/>',
        '<testsuite><testcase name="a"/></testsuite><testsuite>',
        '<testsuite><testcase name="a"/></testsuite',
    ],
)
def test_what_is_short_of_a_proof_is_unknown(text: str) -> None:
    report = parse(text.encode())
    assert report is not None
    assert report.status == "unknown"


@pytest.mark.parametrize("cut", range(0, 900, 7))
def test_a_report_cut_anywhere_never_says_ok(cut: int) -> None:
    data = (DATA / "vitest.xml").read_bytes()
    report = parse(data[: min(cut, len(data.rstrip()) - 1)])
    assert report is None or (report.status == "unknown" and not report.whole)


def test_one_failure_in_a_cut_report_is_still_a_failure() -> None:
    report = parse(b'<testsuite><testcase name="a"/><testcase name="b"><failure/></testcase><testcase na')
    assert report is not None
    assert (report.status, report.whole, report.failing) == ("fail", False, ("b",))


@pytest.mark.parametrize(
    "text",
    [
        "<testsuite><failure/><testcase name='a'/></testsuite>",
        "<testsuites><testsuite><testcase name='a'/><error/></testsuite></testsuites>",
        "<testsuite><testcase name='a' status='failed'/><testcase name='b'/></testsuite>",
        "<testsuite><testcase name='a' result='Failure'/><testcase name='b'/></testsuite>",
        "<j:testsuite xmlns:j='x'><j:testcase name='a'><j:failure/></j:testcase></j:testsuite>",
    ],
)
def test_unusual_ways_to_say_that_something_broke(text: str) -> None:
    report = parse(text.encode())
    assert report is not None
    assert report.status == "fail"


def test_words_inside_a_case_are_no_verdict() -> None:
    report = parse(
        b"<testsuite><testcase name='a'><system-out><failure/></system-out>"
        b"<properties><property name='failure'><error/></property></properties></testcase></testsuite>"
    )
    assert report is not None
    assert report.status == "ok"


@pytest.mark.parametrize(
    ("attribute", "duration_ms"),
    [
        ('time="1.5"', 1500.0),
        ('time="1,234,567.5"', 1234567500.0),
        ('time="nan"', 250.0),
        ('time="-1"', 250.0),
        ('time="1e400"', 250.0),
        ('time="soon"', 250.0),
        ("", 250.0),
    ],
)
def test_durations(attribute: str, duration_ms: float) -> None:
    text = f'<testsuite {attribute}><testcase name="a" time="0.25"/></testsuite>'
    report = parse(text.encode())
    assert report is not None
    assert report.duration_ms == duration_ms


def test_no_time_anywhere_is_no_duration() -> None:
    report = parse(b'<testsuite><testcase name="a"/></testsuite>')
    assert report is not None
    assert report.duration_ms is None


# Encodings and what is refused.


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_are_read(codec: str) -> None:
    declared = "utf-16" if codec == "utf-16" else "UTF-8"
    text = f'<?xml version="1.0" encoding="{declared}"?>'
    text += '<testsuite><testcase name="é"><failure/></testcase></testsuite>'
    report = parse(text.encode(codec))
    assert report is not None
    assert report.failing == ("é",)


def doctype(codec: str) -> bytes:
    text = '<?xml version="1.0"?><!DOCTYPE t [<!ENTITY a "b">]><testsuite><testcase name="&a;"/></testsuite>'
    return text.encode(codec)


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE t [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{"&a" + str(n - 1) * (n > 1) + ";"}">' for n in range(1, 30))
    + "]><testsuite><testcase name='&a29;'/></testsuite>"
).encode()
EXTERNAL = b"""<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]><testsuite>&x;</testsuite>"""
REMOTE = (
    b"""<!DOCTYPE testsuite SYSTEM "http://127.0.0.1:9/x.dtd"><testsuite><testcase name="a"/></testsuite>"""
)

REFUSED = {
    "doctype utf-8": doctype("utf-8"),
    "doctype utf-8 with mark": doctype("utf-8-sig"),
    "doctype utf-16": doctype("utf-16"),
    "doctype utf-16 big end": b"\xfe\xff" + doctype("utf-16-be"),
    "utf-16 without mark": doctype("utf-16-le"),
    "utf-32": doctype("utf-32"),
    "billion laughs": LAUGHS,
    "external entity": EXTERNAL,
    "remote document type": REMOTE,
    "depth": b"<testsuite>" + b"<testsuite>" * 10_000,
    "depth of other things": b"<testsuite><testcase name='a'>" + b"<a>" * 200_000,
    "another root": b"<html><testsuite><testcase name='a'/></testsuite></html>",
    "another encoding": b"<?xml version='1.0' encoding='iso-8859-1'?>"
    b"<testsuite><testcase name='\xe9'/></testsuite>",
    "utf-7": b"<?xml version='1.0' encoding='utf-7'?><testsuite><testcase name='a'/></testsuite>",
    "too big": b"<testsuite>" + b" " * junit_child.MAX_BYTES + b"</testsuite>",
}

MB = 1 << 20
HEAVY = {
    "one huge attribute": b'<testsuite name="' + b"x" * (8 * MB - 64) + b'"/>',
    "one huge name": b'<testsuite><testcase name="' + b"x" * (8 * MB - 64) + b'"/></testsuite>',
    "huge names that failed": b"<testsuite>"
    + b"".join(b'<testcase name="%d%s"><failure/></testcase>' % (n, b"x" * 10_000) for n in range(800))
    + b"</testsuite>",
    "400,000 cases": b"<testsuite>" + b'<testcase name="a"/>' * 400_000 + b"</testsuite>",
    "failed cases": b"<testsuite>"
    + b"".join(b'<testcase classname="c" name="n%d"><error/></testcase>' % n for n in range(140_000))
    + b"</testsuite>",
    "many tags": b"<testsuite>" + b"<a/>" * (2 * MB - 64) + b"</testsuite>",
    "many attributes": b"<testsuite " + b" ".join(b'a%d="1"' % n for n in range(500_000)) + b"/>",
    "open tags": b"<testsuite>" + b"<b>" * 2_500_000,
    "nested suites": b"<testsuite>" * 60 + b"<testcase name='a'/>" * 10_000 + b"</testsuite>" * 60,
    "huge text": b"<testsuite><testcase name='a'><system-out>"
    + b"&lt;y" * (MB)
    + b"</system-out></testcase>",
    "zeros": b"<testsuite>" + b"\0" * (8 * MB - 64),
    "noise": b"<testsuite>" + os.urandom(MB),
    "one open comment": b"<testsuite><!--" + b"-" * (8 * MB - 64),
    "one open section": b"<testsuite><![CDATA[" + b"]" * (8 * MB - 64),
    "a long tag": b"<" + b"testsuite" * (MB // 2) + b"/>",
}


HONEST = {"400,000 cases", "nested suites", "one huge name"}
"""These are odd, and still what they say they are."""


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    assert read_report(REFUSED[name]) is None


@pytest.mark.parametrize("name", REFUSED | HEAVY)
def test_hostile_reports_cost_at_most_2_s_and_150_mb_and_are_no_green(name: str) -> None:
    data = (REFUSED | HEAVY)[name]
    # A process of its own, so that its peak, and that of the reader it starts, can be read.
    script = (
        "import resource, sys, time\n"
        "from afterglow.sensors.junit_run import read_report\n"
        "data = sys.stdin.buffer.read()\n"
        "began = time.monotonic()\n"
        "report = read_report(data)\n"
        "took = time.monotonic() - began\n"
        # Its own ru_maxrss would begin with that of the process that started it.
        "own = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
        "peak = max(int(own.split()[1]), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
        "print(report and report.status, took, peak)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=data,
        stdout=subprocess.PIPE,
        check=True,
        env=server_env(),
        timeout=60,
    )
    status, took, peak = done.stdout.split()
    assert float(took) <= 2.0
    assert int(peak) <= 150 * 1024
    assert (status == b"ok") <= (name in HONEST)


def test_failing_names_and_ids_are_bounded() -> None:
    cases = "".join(f'<testcase classname="c" name="{n:05}"><failure/></testcase>' for n in range(25_000))
    report = read_report(f"<testsuite>{cases}</testsuite>".encode())
    assert report is not None
    assert report.failed == 25_000
    assert len(report.failing) == 50
    assert len(report.failed_ids) == 20_000


def test_a_big_report_read_by_a_child_is_the_same_as_one_read_here() -> None:
    cases = "".join(
        f'<testcase classname="c" name="test_{n}" time="0.5" file="a.py" line="{n}"/>' for n in range(5_000)
    )
    data = f'<testsuite name="pytest" tests="5000">{cases}</testsuite>'.encode()
    assert len(data) > junit_run.SMALL_BYTES
    ask = {"c::test_7", "c::test_é\udcff"}
    assert read_report(data, ask) == parse(data, ask)
    assert parse(data, ask) is not None


def test_a_child_that_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    endless = tmp_path / "endless.py"
    endless.write_text("while True: pass\n")
    monkeypatch.setattr(junit_run, "_CHILD", endless)
    monkeypatch.setattr(junit_run, "CHILD_SECONDS", 0.2)
    began = time.monotonic()
    assert read_report(b"<testsuite>" + b" " * MB + b"</testsuite>") is None
    assert time.monotonic() - began < 1.5


def test_the_child_imports_nothing_of_the_folder_it_is_started_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("json.py", "re.py", "sitecustomize.py", "math.py"):
        (tmp_path / name).write_text("import sys; sys.exit(9)\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    report = read_report(b"<testsuite>" + b" " * MB + b"<testcase name='a'/></testsuite>")
    assert report is not None
    assert report.status == "ok"


def test_names_are_one_clean_line() -> None:
    assert clean_name("a\tb\n\x1b[31mred\u202e\u200bx\ud800") == "a b [31mredx"
    assert len(clean_name("x" * 1_000)) == 200


@given(st.binary(max_size=400))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    for text in (data, b"<testsuite>" + data, b"<testsuite " + data + b"/>"):
        report = parse(text)
        assert report is None or report.status in ("ok", "fail", "unknown")


@given(
    st.lists(st.sampled_from(["", "<failure/>", "<error/>", "<skipped/>", "<rerunFailure/>"]), max_size=12),
    st.integers(0, 12),
)
def test_ok_needs_every_promised_case_a_pass_and_no_failure(verdicts: list[str], promised: int) -> None:
    cases = "".join(f"<testcase name='t{n}'>{verdict}</testcase>" for n, verdict in enumerate(verdicts))
    report = parse(f"<testsuite tests='{promised}'>{cases}</testsuite>".encode())
    assert report is not None
    bad = any(verdict in ("<failure/>", "<error/>") for verdict in verdicts)
    passes = any(verdict in ("", "<rerunFailure/>") for verdict in verdicts)
    assert (report.status == "fail") == bad
    assert (report.status == "ok") == (not bad and passes and promised <= len(verdicts))
