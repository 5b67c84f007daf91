"""
How fast the library is, as ratios measured in one run on one machine.

    python benchmarks/run.py

Each line compares a task with a plainer one; both are timed in turns, and medians are compared.
The aims are what the maintainers watch; nothing passes or fails here.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from statistics import median
from typing import NamedTuple

import therapycodes as tc


PROCESSES = 25
REPETITIONS = 15
SLICE = 0.02

VISIT = json.loads((Path(__file__).parents[1] / "examples" / "visit.json").read_text(encoding="utf-8"))
TEN_CODES = ("97110", "97112", "97116", "97140", "97530", "97535", "97150", "97035", "97161", "G0283")
NOTE = (
    "DOS: 03/02/2026\nS: Pt denies pain at rest, reports pain 6/10 on stairs.\n"
    "O: Berg 42/56, TUG 14.2 s, 6MWT 320 m. MMT: R quad 4/5, L quad 4-/5. Knee flexion 110 degrees.\n"
    "Ther ex x 15 min for quad strength; manual therapy 10 min R knee. Gait training not performed.\n"
    "97110-GP x 2, 97140 GP 59 (1 unit)\nTime in 9:00 AM, time out 9:45 AM. Total timed minutes: 25; total treatment "
    "time 45 min\nP: continue POC, will add gait training next visit. HEP: SLR 3x10\n"
    "Electronically signed by A. Sample, PT, DPT on 03/02/2026 at 3:45 PM\n"
)
WORDS = re.compile(r"\w+|\S")
MINUTES = (("97110", 18), ("97140", 13), ("97116", 10), ("97035", 8))

TIMED_IMPORT = "import time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"
COLD_LOOKUP = "import therapycodes; therapycodes.lookup('97112')"
COLD_BASE = "import attrs, importlib_resources"


class Row(NamedTuple):
    """One line of the table: seconds of the task and of what it is compared with."""

    task: str
    against: str
    seconds: float
    base: float
    aim: str


def plain_allocator(minutes):
    total = sum(minutes.values())
    units = {code: own // 15 for code, own in minutes.items()}
    left = (total + 7) // 15 - sum(units.values())
    ranked = sorted(minutes, key=lambda code: -(minutes[code] % 15))
    for code in ranked[:left]:
        units[code] += 1
    return units


def import_seconds(module: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", TIMED_IMPORT.format(module)], check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def process_seconds(program: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)
    return time.perf_counter() - start


def interleaved(one: Callable[[], float], other: Callable[[], float], times: int) -> tuple[float, float]:
    pairs = [(one(), other()) for _ in range(times + 1)][1:]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)


def per_call(work: Callable[[], object]) -> Callable[[], float]:
    work()
    calls = 1
    while True:
        start = time.perf_counter()
        for _ in range(calls):
            work()
        if time.perf_counter() - start > SLICE:
            break
        calls *= 2

    def measure() -> float:
        begin = time.perf_counter()
        for _ in range(calls):
            work()
        return (time.perf_counter() - begin) / calls

    return measure


def warm(task: str, against: str, work: Callable[[], object], base: Callable[[], object], aim: str) -> Row:
    return Row(task, against, *interleaved(per_call(work), per_call(base), REPETITIONS), aim)


def rows():
    yield Row(
        "import therapycodes",
        "import attrs",
        *interleaved(lambda: import_seconds("therapycodes"), lambda: import_seconds("attrs"), PROCESSES),
        "at most 1.3",
    )
    yield Row(
        "process with one cold lookup",
        "process importing attrs, importlib_resources",
        *interleaved(lambda: process_seconds(COLD_LOOKUP), lambda: process_seconds(COLD_BASE), PROCESSES),
        "at most 1.6",
    )
    known = {code.code: code for code in tc.codes()}
    rules = tc.rules_on("2026-03-02")
    services = [tc.Service(code, minutes) for code, minutes in MINUTES]
    minutes = dict(MINUTES)
    day = rules.date_of_service
    days = {(day, "medicare-part-b"): rules}
    visit = tc.from_dict(VISIT, tc.Visit)
    review = tc.review(visit)
    plain = tc.to_dict(review)

    first = date(2025, 9, 1)
    therapist = tc.Signature("Test", "PT", "2025-09-01")
    notes = [tc.Note("treatment-note", first + timedelta(days=n), signature=therapist) for n in range(200)]
    notes += [tc.Note("progress-report", first + timedelta(days=n), signature=therapist) for n in range(9, 200, 10)]
    episode = tc.Episode(notes, discipline="PT")

    exercise = tc.Intervention(
        "Squats", code="97110", minutes=24, purpose="strength", skill="graded by response", goal="G1"
    )
    treatment = tc.Note(
        "treatment-note",
        day,
        interventions=[exercise],
        total_timed_code_treatment_minutes=24,
        total_treatment_minutes=30,
        signature=tc.Signature("Test", "PT", day),
    )
    billed = [tc.ClaimLine("97110", 2, ("GP",), discipline="PT")]

    if dict(tc.count_units(services, rules).units) != plain_allocator(minutes):
        raise SystemExit("the plain allocator and the library disagree: the comparison is void")

    def traced() -> object:
        return tc.count_units(services, rules).trace

    def counted() -> object:
        return tc.count_units(services, rules)

    claim = [tc.ClaimLine(code, 1, ["GP"]) for code in TEN_CODES]
    pairs = {tuple(sorted(pair)): False for pair in combinations(TEN_CODES, 2)}

    def plain_pairs() -> object:
        return [pairs[pair] for pair in combinations(sorted(line.code for line in claim), 2)]

    def checked() -> object:
        return tc.check_edits(claim, rules)

    def estimated() -> object:
        return tc.estimate_payment(claim[:4], rules)

    def plain_fees() -> object:
        return sum((fees[line.code] for line in claim[:4]), Decimal(0))

    fees = {line.code: line.allowed or Decimal(0) for line in tc.estimate_payment(claim, rules).lines}
    yield warm(
        "estimate_payment, four lines", "four amounts looked up and added", estimated, plain_fees, "below 100 us"
    )
    yield warm("check_edits, ten lines", "45 pairs looked up in a dict", checked, plain_pairs, "below 100 us")
    yield warm("lookup, warm", "dict access", lambda: tc.lookup("97112"), lambda: known["97112"], "below 5")
    yield warm(
        "rules_on, warm",
        "dict access",
        lambda: tc.rules_on(day, "medicare-part-b"),
        lambda: days[day, "medicare-part-b"],
        "below 20",
    )
    yield warm(
        "count_units, four services",
        "plain allocator, bare numbers",
        counted,
        lambda: plain_allocator(minutes),
        "at most 4 (bound 8)",
    )
    yield warm(
        "count_units with trace",
        "plain allocator, bare numbers",
        traced,
        lambda: plain_allocator(minutes),
        "at most 12",
    )
    yield warm("review of the example visit", "count_units with trace", lambda: tc.review(visit), traced, "below 10")
    yield warm(
        "read_note, 520 characters",
        "cutting the text into words",
        lambda: tc.read_note(NOTE),
        lambda: WORDS.findall(NOTE),
        "below 60",
    )
    hostile = "1' " * 16_000
    yield warm(
        "read_note, 48,000 hostile ones",
        "cutting the text into words",
        lambda: tc.read_note(hostile),
        lambda: WORDS.findall(hostile),
        "below 120",
    )
    yield warm(
        "check_documentation, one note",
        "count_units with trace",
        lambda: tc.check_documentation(treatment, rules, lines=billed),
        traced,
        "task below 60 us",
    )
    yield warm(
        "check_episode, 200 visits",
        "count_units with trace",
        lambda: tc.check_episode(episode, rules, as_of=day),
        traced,
        "task below 50 ms",
    )
    yield warm(
        "to_dict(review)", "json.dumps of its result", lambda: tc.to_dict(review), lambda: json.dumps(plain), "below 10"
    )


def shown(seconds: float) -> str:
    for unit, scale in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def main() -> None:
    print(f"Python {sys.version.split()[0]}, therapycodes {tc.__version__}")
    print(f"{'task':30} {'against':46} {'task takes':>10} {'base':>10} {'ratio':>7}  aim")
    for row in rows():
        times = f"{shown(row.seconds):>10} {shown(row.base):>10}"
        print(f"{row.task:30} {row.against:46} {times} {row.seconds / row.base:>7.2f}  {row.aim}", flush=True)


if __name__ == "__main__":
    main()
