"""
Allowed amounts of the year against the yearly thresholds.
"""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

import therapycodes as tc
from claim_cases import cases_in, lines_of


PT = tc.ClaimLine("97110", 3, ["GP"])
OT = tc.ClaimLine("97530", 3, ["GO"])
SLP = tc.ClaimLine("92507", 1, ["GN"])


def _check(lines, rules, so_far=None, allowed=None, **more):
    amounts = None if allowed is None else [None if one is None else Decimal(one) for one in allowed]
    running = None if so_far is None else {name: Decimal(one) for name, one in so_far.items()}
    return tc.check_thresholds(lines, rules, allowed_so_far=running, allowed=amounts, **more)


def _kx(report):
    return [line.kx for line in report.lines]


def _outcomes(report, name="kx-threshold"):
    return [finding.outcome for finding in report.findings if finding.id == name]


@pytest.mark.parametrize("case", cases_in("thresholds"), ids=lambda case: case["id"])
def test_threshold_case(case):
    """
    Each line stands where its source has it, and each finding applies, does not apply or is not known.
    """
    report = tc.check_thresholds(
        lines_of(case),
        tc.rules_on(case["date_of_service"]),
        allowed_so_far=case.get("allowed_so_far"),
        allowed=[one.get("allowed") for one in case["lines"]],
    )
    first = {finding.id: finding.outcome for finding in reversed(report.findings)}

    assert case["kx"] == [line.kx or "" for line in report.lines]
    assert case["findings"] == {name: first[name] for name in case["findings"]}
    assert all(finding.citations for finding in report.findings)


def test_figures_are_told(rules):
    """
    The message gives the running amount, the lines, the sum, the threshold and its year, and who reaches it.
    """
    (kx, review) = _check([PT], rules, {"PT": "2400"}, ["100"]).findings

    assert (
        "PT and SLP: 2,400.00 allowed so far as stated for PT, 100.00 on these lines; 2,500.00 in all; "
        "the threshold of 2,480.00 for 2026 is exceeded by line 1 (97110)."
    ) == kx.message
    assert "KX on line 1 (97110) if a clinician attests to necessity and the record shows it" == kx.remedy
    assert ("KX",) == kx.resolved_by
    assert review.message.endswith("2,500.00 in all; the threshold of 3,000.00 for 2026 is not reached.")
    assert "" == review.remedy
    assert () == review.resolved_by


def test_amount_of_a_year_keeps_its_standing(rules):
    """
    A finding is no more certain than the threshold behind it; that of 2026 was read at second hand.
    """
    (kx, review) = _check([PT], rules, {"PT": "0"}, ["100"]).findings

    assert (tc.Standing.SECONDARY, tc.Standing.PRIMARY) == (kx.standing, review.standing)


def test_exactly_at_the_threshold(rules):
    """
    At 2,480.00 the threshold is met and not exceeded; the next cent exceeds it.
    """
    report = _check([PT, PT, PT], rules, {"PT": "2479.99"}, ["0.01", "0", "0.01"])

    assert ["at", "at", "reached-by-this-line"] == _kx(report)
    assert ["does-not-apply", "does-not-apply", "applies"] == [line.needs_kx for line in report.lines]
    assert "met exactly and not exceeded" in _check([PT], rules, {"PT": "2480"}, ["0"]).findings[0].message


def test_buckets(rules):
    """
    PT and SLP share a threshold under either name; OT does not count toward it.
    """
    shared = _check([PT, OT, SLP], rules, {"pt-slp": "2400", "ot": "2400"}, ["50", "50", "50"])

    assert ["below", "below", "reached-by-this-line"] == _kx(shared)
    assert ["pt-slp", "ot", "pt-slp"] == [line.bucket for line in shared.lines]
    assert [Decimal(2400), Decimal(2400), Decimal(2450)] == [line.before for line in shared.lines]
    assert [Decimal(2450), Decimal(2450), Decimal(2500)] == [line.after for line in shared.lines]
    assert ["applies", "does-not-apply"] == _outcomes(shared)


def test_two_disciplines_add_up(rules):
    """
    Amounts stated for PT and for SLP are added up, and the message names both.
    """
    report = _check([PT], rules, {"PT": "2000", "SLP": "450"}, ["31"])

    assert ["reached-by-this-line"] == _kx(report)
    assert "2,450.00 allowed so far as stated for PT and SLP" in report.findings[0].message


# -- what is missing --------------------------------------------------------------------------------------------------


def test_without_a_running_amount(rules):
    """
    Without a running amount nothing is known, and the finding asks for it.
    """
    report = _check([PT, OT], rules, {"OT": "0"}, ["100", "100"])

    assert [None, "below"] == _kx(report)
    assert ["no-data", "does-not-apply"] == [line.needs_kx for line in report.lines]
    (kx, review, *_) = report.no_data
    assert "give what was allowed this year before these lines for PT and SLP" == kx.remedy
    assert "nothing was stated of what was allowed so far, 100.00 on these lines" in kx.message
    assert "medical-review-threshold" == review.id


def test_without_the_amount_of_a_line(rules):
    """
    A line without an amount leaves itself and the lines behind it open, unless the threshold was exceeded before.
    """
    open_lines = _check([PT, PT, PT], rules, {"PT": "100"}, ["100", None, "100"])
    beyond = _check([PT, PT], rules, {"PT": "2480.01"})

    assert ["below", None, None] == _kx(open_lines)
    assert "give the allowed amount of line 2 (97110)" == open_lines.findings[0].remedy
    assert "the amount of 1 of them unknown" in open_lines.findings[0].message
    assert [Decimal(100), Decimal(200), None] == [line.before for line in open_lines.lines]
    assert ["above", "above"] == _kx(beyond)
    assert ["applies"] == _outcomes(beyond)
    assert "is exceeded already" in beyond.findings[0].message


def test_nothing_stated_at_all(rules):
    """
    With neither running amount nor amounts of lines the finding asks for both.
    """
    (kx, _) = _check([PT], rules).findings

    assert (
        "give what was allowed this year before these lines for PT and SLP and the allowed amount of line 1 (97110)"
    ) == kx.remedy


def test_known_amounts_beyond_the_threshold_are_enough(rules):
    """
    When the lines alone exceed the threshold, it is reached by the line that exceeds it, at the latest.
    """
    report = _check([PT, PT], rules, None, ["2480.01", None])

    assert ["reached-by-this-line", "above"] == _kx(report)
    assert "applies" == report.findings[0].outcome


def test_line_whose_bucket_is_unknown(rules):
    """
    An always-therapy code without modifier counts toward the bucket of its discipline, or toward nobody knows which.
    """
    stated = _check([tc.ClaimLine("97110", 1, discipline="OT")], rules, {"OT": "2480"}, ["1"])
    unstated = _check([tc.ClaimLine("97110", 1)], rules, {"OT": "2480"}, ["1"])

    assert ["reached-by-this-line"] == _kx(stated)
    assert [None] == _kx(unstated)
    assert "no-data" == unstated.lines[0].needs_kx
    assert "state the discipline of the line" == unstated.findings[0].remedy


@pytest.mark.parametrize(
    "line", [tc.ClaimLine("98941", 1, ["AT"]), tc.ClaimLine("97597", 1), tc.ClaimLine("99213", 1, ["25"])]
)
def test_lines_that_count_toward_nothing(rules, line):
    """
    Lines that are no therapy service, and codes the catalogue does not know, count toward no threshold.
    """
    report = _check([line], rules, {"PT": "9999"}, ["100"])

    assert (None, "does-not-apply") == (report.lines[0].bucket, report.lines[0].needs_kx)
    assert () == report.findings


# -- KX on the lines --------------------------------------------------------------------------------------------------


def test_kx_that_is_not_called_for(rules):
    """
    KX on a line at or below the threshold is named; on one beyond it nothing is left to do.
    """
    marked = tc.ClaimLine("97110", 1, ["GP", "KX"])
    early = _check([marked], rules, {"PT": "100"}, ["100"])
    late = _check([marked], rules, {"PT": "2480"}, ["100"])

    assert ["kx-threshold", "medical-review-threshold", "kx-not-needed"] == [one.id for one in early.findings]
    assert ["kx-not-needed"] == [one.id for one in early.applying]
    assert ["kx-threshold"] == [one.id for one in late.applying]
    assert "" == late.findings[0].remedy


def test_institutional_claim(rules):
    """
    On an institutional claim every line of the bucket needs KX once one exceeds the threshold; other buckets do not.
    """
    professional = _check([PT, OT, SLP], rules, {"PT": "2400", "OT": "0"}, ["50", "50", "50"])
    institutional = _check([PT, OT, SLP], rules, {"PT": "2400", "OT": "0"}, ["50", "50", "50"], institutional=True)
    none = _check([PT], rules, {"PT": "0"}, ["50"], institutional=True)

    assert ["does-not-apply", "does-not-apply", "applies"] == [line.needs_kx for line in professional.lines]
    assert ["applies", "does-not-apply", "applies"] == [line.needs_kx for line in institutional.lines]
    assert ["does-not-apply"] == [line.needs_kx for line in none.lines]
    assert ["does-not-apply"] == _outcomes(professional, "kx-threshold-claim")
    assert [] == _outcomes(institutional, "kx-threshold-claim")


# -- policies and days ------------------------------------------------------------------------------------------------


def test_policy_without_thresholds(cpt_rules):
    """
    A policy without yearly thresholds says so, cited.
    """
    report = _check([PT, OT], cpt_rules, {"PT": "9999"}, ["100", None])

    assert ["does-not-apply", "does-not-apply"] == [one.outcome for one in report.findings]
    assert "This policy sets no yearly threshold; the payer's own manual may." == report.findings[0].message
    assert [None, None] == _kx(report)
    assert () == report.applying


def test_carried_forward():
    """
    Beyond the covered dates the last threshold is used on request only, and the report and its message say so.
    """
    rules = tc.rules_on("2027-01-04", beyond_coverage="carry-forward")
    report = _check([PT], rules, {"PT": "2480"}, ["1"])

    assert report.carried_forward
    assert (
        "the threshold of 2,480.00 for 2026, carried forward to 2027-01-04, is exceeded" in report.findings[0].message
    )
    assert "beyond the covered dates" in tc.render_text(report)
    assert "Beyond the covered dates" in tc.html_of(report)


# -- input ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"allowed_so_far": {"PT": 2400.0}}, "allowed_so_far[PT]: not a Decimal; "),
        ({"allowed_so_far": {"PT": 2400}}, "allowed_so_far[PT]: not a Decimal; "),
        ({"allowed_so_far": {"ot": "2400"}}, "allowed_so_far[ot]: not a Decimal; "),
        ({"allowed_so_far": {"PT": Decimal(-1)}}, "allowed_so_far[PT]: no amount of dollars; "),
        ({"allowed_so_far": {"PT": Decimal("NaN")}}, "allowed_so_far[PT]: no amount of dollars; "),
        ({"allowed_so_far": {"PT": Decimal("Infinity")}}, "allowed_so_far[PT]: no amount of dollars; "),
        ({"allowed_so_far": {"pt": Decimal(1)}}, "allowed_so_far: not one of the known values; "),
        ({"allowed_so_far": {"PT": Decimal(1), "pt-slp": Decimal(1)}}, "allowed_so_far: pt-slp is stated twice; "),
        ({"allowed_so_far": Decimal(1)}, "allowed_so_far: not a mapping; "),
        ({"allowed": [1.0]}, "allowed[0]: not a Decimal; "),
        ({"allowed": [True]}, "allowed[0]: not a Decimal; "),
        ({"allowed": []}, "allowed: 0 amounts for 1 lines; "),
        ({"allowed": [None, None]}, "allowed: 2 amounts for 1 lines; "),
        ({"allowed": "1"}, "allowed: not a sequence; "),
        ({"allowed": {"97110": Decimal(1)}}, "allowed: not a sequence; "),
        ({"allowed": Decimal(1)}, "allowed: not a sequence; "),
        ({"institutional": None}, "institutional: neither true nor false; "),
    ],
)
def test_refused(rules, arguments, message):
    """
    Amounts that are no Decimal, unknown names and a wrong number of amounts are refused.
    """
    with pytest.raises(tc.InvalidInputError) as caught:
        tc.check_thresholds([PT], rules, **arguments)

    assert str(caught.value).startswith(message)


# -- showing ----------------------------------------------------------------------------------------------------------


def test_report_as_text(rules):
    """
    The report reads line by line, then finding by finding, with citations where something is to do.
    """
    text = tc.render_text(_check([PT, OT, tc.ClaimLine("98941", 1)], rules, {"PT": "2400"}, ["100", None, None]))

    assert "Yearly thresholds under medicare-part-b" == text.splitlines()[0]
    assert "  1. 97110  100.00 allowed, reached by this line" in text
    assert "  2. 97530  not stated allowed, no threshold judged" not in text
    assert "  2. 97530  amount not stated, not known" in text
    assert "  applies         kx-threshold (should-check)" in text
    assert "    way out: KX on line 1 (97110)" in text
    assert "[Medicare Claims Processing Manual, chapter 5, sections 10.2, 10.3 and 10.3.3]" in text


def test_report_elsewhere(rules):
    """
    The report becomes a plain dictionary and a table, and copies and pickles.
    """
    report = _check([PT], rules, {"PT": "2400"}, ["100"])
    plain = tc.to_dict(report)

    assert "2500" == plain["lines"][0]["after"]
    assert "reached-by-this-line" == plain["lines"][0]["kx"]
    assert "kx-threshold" == plain["findings"][0]["id"]
    assert "reached-by-this-line" in report._repr_html_()
    assert report == copy.deepcopy(report) == pickle.loads(pickle.dumps(report))


# -- laws -------------------------------------------------------------------------------------------------------------


CENTS = st.integers(0, 400_000).map(lambda cents: Decimal(cents) / 100)
CLAIM = st.lists(st.tuples(st.sampled_from([PT, OT, SLP]), CENTS), min_size=1, max_size=6)


@given(CLAIM, CENTS, CENTS)
def test_kx_stands_for_what_exceeds_the_threshold(claim, so_far, ot):
    """
    A line needs KX if and only if the incurred expenses of its bucket, its own included, exceed the threshold.
    """
    rules = tc.rules_on("2026-03-02")
    lines = [line for line, _ in claim]
    report = tc.check_thresholds(
        lines, rules, allowed_so_far={"PT": so_far, "OT": ot}, allowed=[amount for _, amount in claim]
    )
    running = {"pt-slp": so_far, "ot": ot}
    for judged, (_, amount) in zip(report.lines, claim, strict=True):
        running[judged.bucket] += amount
        assert running[judged.bucket] == judged.after
        assert (running[judged.bucket] > Decimal(2480)) is (judged.needs_kx == "applies")
        assert (running[judged.bucket] > Decimal(3000)) is (judged.review in ("reached-by-this-line", "above"))


@given(CLAIM, CENTS, CENTS)
def test_at_most_one_line_of_a_bucket_reaches_the_threshold(claim, so_far, ot):
    """
    The threshold of a bucket is reached by one line at most; lines before it are not above, lines after it are.
    """
    report = tc.check_thresholds(
        [line for line, _ in claim],
        tc.rules_on("2026-03-02"),
        allowed_so_far={"pt-slp": so_far, "ot": ot},
        allowed=[amount for _, amount in claim],
    )
    order = ["below", "at", "reached-by-this-line", "above"]
    for bucket in tc.Bucket:
        seen = [order.index(line.kx) for line in report.lines if line.bucket is bucket]
        assert sorted(seen) == seen
        assert seen.count(2) <= 1


def test_known_amounts_exceed_by_themselves():
    """
    What is known to exceed the threshold is said to, although nothing was stated of the amounts before.
    """
    rules = tc.rules_on("2026-03-02")
    report = tc.check_thresholds([tc.ClaimLine("97110", 2, ["GP"])], rules, allowed=[Decimal(2500)])
    below = tc.check_thresholds([tc.ClaimLine("97110", 2, ["GP"])], rules, allowed=[Decimal(2480)])

    assert ("reached-by-this-line", "applies") == (report.lines[0].kx, report.lines[0].needs_kx)
    assert (None, "no-data") == (below.lines[0].kx, below.lines[0].needs_kx)


def test_the_decimal_context_of_the_caller_changes_nothing():
    """
    2,400 and 84.50 are 2,484.50, however few digits the caller works with.
    """
    rules = tc.rules_on("2026-03-02")
    with localcontext() as context:
        context.prec = 3
        report = tc.check_thresholds(
            [tc.ClaimLine("97110", 1, ["GP"])],
            rules,
            allowed_so_far={"PT": Decimal(2400)},
            allowed=[Decimal("84.50")],
        )

    assert Decimal("2484.50") == report.lines[0].after
    assert "reached-by-this-line" == report.lines[0].kx
