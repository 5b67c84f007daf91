"""
Checks of claim lines: the published edits, the rules beside them, and what nobody can know.
"""

from __future__ import annotations

import random
import time
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import therapycodes as tc
from therapycodes import edits
from therapycodes.catalogue import bundled
from therapycodes.edits import CHECKS
from therapycodes.published import AddOnPair, UnitLimit


CASES = tomllib.loads((Path(__file__).parent / "cases" / "edits" / "lines.toml").read_text(encoding="utf-8"))["cases"]
OFFERED = ("59", "XE", "XS", "XP", "XU")
DAY = date(2026, 3, 2)
IN_RELEASE = date(2024, 8, 5)

FREQUENT = ("97110", "97112", "97116", "97140", "97530", "97535", "97150", "97035", "97161", "97164", "G0283", "97750")


def lines_of(case):
    """
    The claim lines of a case.
    """
    return [
        tc.ClaimLine(
            line["code"],
            line["units"],
            line.get("modifiers", ()),
            discipline=line.get("discipline"),
            region=line.get("region"),
        )
        for line in case["lines"]
    ]


def checked(*lines, day=DAY, policy="medicare-part-b", **further):
    """
    The report on lines, each given as a code or as a `ClaimLine`.
    """
    claim = [tc.ClaimLine(line, 1) if isinstance(line, str) else line for line in lines]
    return tc.check_edits(claim, tc.rules_on(day, policy), **further)


def of(report, name):
    """
    The findings of one check.
    """
    return [finding for finding in report.findings if finding.id == name]


def past(days, code, units=1, **further):
    """
    A line billed some days before the day of the claim.
    """
    return tc.PastLine(DAY - timedelta(days=days), code, units, **further)


def switched_on(name, severity="should-check"):
    """
    A policy that switches one check on and leaves the rest to Medicare's.
    """
    return tc.load_policy(
        {
            "id": "switched-on",
            "title": "A policy of a test",
            "summary": "Switches one check on.",
            "extends": "medicare-part-b",
            "sources": {
                "test-manual": {
                    "title": "Manual of a test",
                    "publisher": "Nobody",
                    "standing": "payer",
                    "read_on": "2026-01-05",
                }
            },
            "parameters": {
                "edits": [
                    {
                        "value": [{"rule": name, "severity": severity}],
                        "effective_from": "2020-01-01",
                        "reviewed_on": "2026-01-05",
                        "citations": [{"source": "test-manual", "locator": "page 1"}],
                    }
                ]
            },
        }
    )


class TestCases:
    """
    Claims with the answers their sources give.
    """

    @pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
    def test_findings(self, case):
        """
        Each expected finding is there once, with its outcome, its words and its way out.
        """
        report = tc.check_edits(
            lines_of(case), tc.rules_on(case["date_of_service"]), setting=case.get("setting", "practitioner")
        )
        for wanted in case["findings"]:
            found = [one for one in of(report, wanted["id"]) if one.codes == tuple(wanted["codes"])]

            assert [wanted["outcome"]] == [one.outcome for one in found]
            assert [] == [words for words in wanted.get("says", ()) if words not in found[0].message]
            assert tuple(wanted.get("resolved_by", found[0].resolved_by)) == found[0].resolved_by
            assert wanted.get("standing", found[0].standing) == found[0].standing
            assert found[0].citations
        assert [] == [name for name in case.get("absent", ()) if of(report, name)]

    def test_ids_and_sources(self):
        """
        No id stands twice, and each source is in the bibliography.
        """
        assert len(CASES) == len({case["id"] for case in CASES})
        assert {case["source"]["source"] for case in CASES} <= set(bundled().sources)


class TestReport:
    """
    What a report holds, and in which order.
    """

    def test_order(self):
        """
        What applies comes first, then what is not known, then what does not apply.
        """
        report = checked("97530", "97150", "97035", "97116")
        ranks = [["applies", "no-data", "does-not-apply"].index(one.outcome) for one in report.findings]

        assert sorted(ranks) == ranks
        assert {0, 1, 2} == set(ranks)
        assert report.applying == tuple(one for one in report.findings if one.outcome == "applies")
        assert report.no_data == tuple(one for one in report.findings if one.outcome == "no-data")

    def test_every_pair_and_code_has_an_answer(self):
        """
        Never silence: four codes give six pairs and four unit limits.
        """
        report = checked("97530", "97150", "97035", "97116")

        assert 6 == len(of(report, "edit-pair"))
        assert 4 == len(of(report, "unit-limit"))

    def test_positions(self):
        """
        A finding names the positions of its lines.
        """
        report = checked("97035", "97150", "97110", "97150")
        pair = next(one for one in of(report, "edit-pair") if one.codes == ("97150", "97110"))

        assert (1, 2, 3) == pair.lines

    def test_nothing(self):
        """
        No lines, no findings; what is switched off is told all the same.
        """
        report = checked()

        assert () == report.findings
        assert ("neuromuscular-seven-days",) == report.switched_off

    def test_other_policy(self):
        """
        The convention of the code book leaves Medicare's edits out and says so.
        """
        report = checked("97530", "97150", "97130", policy="cpt")

        assert {"edit-pair", "unit-limit"} <= set(report.switched_off)
        assert {"add-on-without-primary"} == {one.id for one in report.findings}

    def test_everything_off(self):
        """
        A policy may switch off every check.
        """
        policy = tc.load_policy(_all("off"))
        report = tc.check_edits([tc.ClaimLine("97161", 1, ["GP", "CQ"])], tc.rules_on(DAY, policy))

        assert () == report.findings
        assert tuple(sorted(CHECKS)) == report.switched_off

    def test_carried_forward(self):
        """
        Rules beyond their dates are marked, and the tables do not follow them.
        """
        rules = tc.rules_on("2027-02-01", beyond_coverage="carry-forward")
        report = tc.check_edits([tc.ClaimLine("97110", 1), tc.ClaimLine("97112", 1)], rules)

        assert report.carried_forward
        assert ["no-data"] == [one.outcome for one in of(report, "edit-pair")]

    def test_override(self):
        """
        A decision becomes part of the finding it names and changes no outcome.
        """
        one = tc.Override("edit-pair", "two sessions", "a biller", codes=["97530", "97150"])
        report = checked("97530", "97150", "97110", overrides=[one])
        held = {finding.codes: finding for finding in of(report, "edit-pair")}

        assert one == held["97150", "97530"].override
        assert "applies" == held["97150", "97530"].outcome
        assert held["97150", "97110"].override is None

    @pytest.mark.parametrize(
        ("further", "field"),
        [
            ({"setting": "home"}, "setting"),
            ({"history": [tc.PastLine("2026-03-03", "97110")]}, "history[0].date_of_service"),
            ({"history": ["97110"]}, "history[0]"),
            ({"overrides": ["no"]}, "overrides[0]"),
            ({"attestations": ["no"]}, "attestations[0]"),
        ],
    )
    def test_refused(self, further, field):
        """
        Another setting, a line billed afterwards and values of other kinds are refused.
        """
        with pytest.raises(tc.InvalidInputError) as caught:
            checked("97110", **further)

        assert field == caught.value.field


def _all(severity):
    """
    The table of a policy that weighs every check alike.
    """
    entry = {
        "effective_from": "2020-01-01",
        "reviewed_on": "2026-11-25",
        "citations": [{"source": "cms-ncci-policy-manual-2026", "locator": "whole"}],
    }
    return {
        "id": "all-alike",
        "title": "A policy of a test",
        "summary": "Weighs every check alike.",
        "extends": "medicare-part-b",
        "parameters": {"edits": [{**entry, "value": [{"rule": name, "severity": severity} for name in CHECKS]}]},
    }


class TestPairs:
    """
    Edit pairs, beyond the cases.
    """

    def test_no_table(self):
        """
        A catalogue without tables knows nothing of pairs and limits, and says so.
        """
        from therapycodes.testing import synthetic_catalogue

        rules = synthetic_catalogue().rules_on(DAY)
        report = tc.check_edits([tc.ClaimLine("ZZ001", 1), tc.ClaimLine("ZZ002", 1)], rules)

        assert ["no-data"] == [one.outcome for one in of(report, "edit-pair")]
        assert {"no-data"} == {one.outcome for one in of(report, "unit-limit")}

    def test_history_of_the_day(self):
        """
        A line billed before for the same day counts, without a position, and its own modifier resolves.
        """
        plain = checked("97530", day=IN_RELEASE, history=[tc.PastLine(IN_RELEASE, "97150")])
        marked = checked("97530", day=IN_RELEASE, history=[tc.PastLine(IN_RELEASE, "97150", modifiers=["XU"])])

        assert [("applies", (0,))] == [(one.outcome, one.lines) for one in of(plain, "edit-pair")]
        assert ["does-not-apply"] == [one.outcome for one in of(marked, "edit-pair")]

    def test_history_alone(self):
        """
        Two lines of the history are no business of the claim.
        """
        history = [tc.PastLine(IN_RELEASE, "97150"), tc.PastLine(IN_RELEASE, "97530")]
        report = checked("97035", day=IN_RELEASE, history=history)

        assert {("97035", "97150"), ("97035", "97530")} == {tuple(sorted(one.codes)) for one in of(report, "edit-pair")}

    def test_before_the_release(self):
        """
        A first day that is not told leaves days before the release unconfirmed.
        """
        (found,) = of(checked("97530", "97150", day="2023-05-02"), "edit-pair")

        assert ("applies", "unconfirmed") == (found.outcome, found.standing)
        assert "first day is not told" in found.message

    @pytest.mark.parametrize(("day", "outcome"), [("2020-09-30", "does-not-apply"), ("2020-10-01", "applies")])
    def test_inferred_return(self, day, outcome):
        """
        Pairs that ended in 2019 and came back do so on 2020-10-01; both days are marked as inferred.
        """
        (found,) = of(checked("97161", "97750", day=day), "edit-pair")

        assert (outcome, "unconfirmed") == (found.outcome, found.standing)

    def test_ended_within_coverage(self):
        """
        97530 and 97535 were a pair again until 2021-12-31.
        """
        (last,) = of(checked("97530", "97535", day="2021-12-31"), "edit-pair")
        (after,) = of(checked("97530", "97535", day="2022-01-01"), "edit-pair")

        assert "applies" == last.outcome
        assert "does-not-apply" == after.outcome
        assert "2021-12-31" in after.message

    def test_ended_pair_past_the_release(self):
        """
        A pair that had ended by the end of the table may have come back: no data, with its windows.
        """
        (found,) = of(checked("97530", "97535"), "edit-pair")

        assert "no-data" == found.outcome
        assert "2021-12-31" in found.message

    def test_own_modifiers(self):
        """
        A policy without modifiers for pairs names none.
        """
        table = _all("note")
        entry = {**table["parameters"]["edits"][0], "value": []}
        table["parameters"] |= {"pair_modifiers": [entry], "further_pair_modifiers": [entry]}
        rules = tc.rules_on(IN_RELEASE, tc.load_policy(table))
        (found,) = of(tc.check_edits([tc.ClaimLine("97530", 1, ["59"]), tc.ClaimLine("97150", 1)], rules), "edit-pair")

        assert ("applies", ()) == (found.outcome, found.resolved_by)
        assert "a modifier" in found.remedy

    def test_forgotten(self, monkeypatch):
        """
        Past a number of remembered answers the memory begins anew, and the answers stay the same.
        """
        claim = [tc.ClaimLine(code, 1) for code in FREQUENT]
        rules = bundled()._resolve(DAY, bundled().policy("medicare-part-b"), "refuse")
        before = tc.check_edits(claim, rules)
        monkeypatch.setattr(edits, "ANSWERS_KEPT", 3)

        assert before == tc.check_edits(claim, rules)

    def test_threads(self, monkeypatch):
        """
        Threads that share a rule set, and its memory while it begins anew, find what one alone does.
        """
        monkeypatch.setattr(edits, "ANSWERS_KEPT", 40)
        chance = random.Random(7)
        claims = [[tc.ClaimLine(code, 1) for code in chance.sample(FREQUENT, 6)] for _ in range(150)]
        rules = bundled()._resolve(DAY, bundled().policy("medicare-part-b"), "refuse")
        alone = [tc.check_edits(claim, bundled()._resolve(DAY, rules.policy, "refuse")) for claim in claims]
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda claim: tc.check_edits(claim, rules), claims * 4))

        assert alone * 4 == found


class TestLimits:
    """
    Unit limits, beyond the cases.
    """

    def test_history_of_the_day(self):
        """
        Units billed before for the same day are added.
        """
        history = [tc.PastLine(IN_RELEASE, "97110", 3), tc.PastLine("2024-08-02", "97110", 6)]
        (found,) = of(checked(tc.ClaimLine("97110", 4), day=IN_RELEASE, history=history), "unit-limit")

        assert "applies" == found.outcome
        assert "7 units over" in found.message
        assert "billed before" in found.message

    def test_line_by_line(self):
        """
        Indicator 1 looks at each line by itself and names those over the limit.
        """
        table = bundled().table("unit-limits-practitioner", UnitLimit)
        own = type(table)(table.name, table.kind, table.provenance, [["97110", "2", "1", "2024-07-01", "2024-09-30"]])
        rules = bundled().with_tables(own).rules_on(IN_RELEASE)
        lines = [tc.ClaimLine("97110", units) for units in (2, 3, 2)]
        (over,) = of(tc.check_edits(lines, rules), "unit-limit")
        (within,) = of(tc.check_edits(lines[::2], rules), "unit-limit")

        assert ("applies", (1,)) == (over.outcome, over.lines)
        assert ("does-not-apply", (0, 1)) == (within.outcome, within.lines)

    def test_same_before_and_after(self):
        """
        Between two releases that agree the limit is unconfirmed, and both are named.
        """
        (found,) = of(checked(tc.ClaimLine("97110", 7)), "unit-limit")

        assert "unconfirmed" == found.standing
        assert "2024-09-30" in found.message
        assert "same was read for 2026-07-01" in found.message

    def test_before_the_release(self):
        """
        Before its first day the first value there is stands in, unconfirmed.
        """
        (found,) = of(checked(tc.ClaimLine("97110", 7), day="2022-05-02"), "unit-limit")

        assert ("applies", "unconfirmed") == (found.outcome, found.standing)

    def test_not_listed(self):
        """
        A code without a value may have a confidential one.
        """
        (found,) = of(checked("98979"), "unit-limit")

        assert "no-data" == found.outcome
        assert "confidential" in found.message


class TestCodes:
    """
    Codes in force and valid for the payer.
    """

    def test_unknown_code(self):
        """
        A code of another field is not judged.
        """
        (found,) = of(checked("99213"), "code-in-force")

        assert "no-data" == found.outcome

    def test_not_covered(self):
        """
        A code whose facts do not reach the day is not judged either.
        """
        report = tc.check_edits([tc.ClaimLine("98969", 1)], tc.rules_on("2020-03-02"))

        assert {"code-in-force"} <= {one.id for one in report.applying} | {one.id for one in report.no_data}

    def test_way_out(self):
        """
        An ended code names what took its place, and 97014 names G0283.
        """
        assert "97161, 97162, 97163" in of(checked("97001"), "code-in-force")[0].remedy
        assert "G0283" in of(checked("97014"), "code-valid-for-payer")[0].remedy

    def test_no_replacement(self):
        """
        Where nothing took its place, that is said.
        """
        assert "No replacement is named." == of(checked("95831"), "code-in-force")[0].remedy


class TestRules:
    """
    The rules beside the tables.
    """

    def test_two_practitioners(self):
        """
        Evaluations of two disciplines are right once two practitioners are attested.
        """
        report = checked("97161", "97165", attestations=[tc.Attestation("distinct-practitioner")])

        assert ["does-not-apply"] == [one.outcome for one in of(report, "evaluation-two-disciplines")]

    def test_episode(self):
        """
        A second evaluation in the lines given is noted, an only one is not, and without lines nothing is known.
        """
        again = of(checked("97161", history=[past(30, "97162"), past(20, "97110")]), "evaluation-per-episode")
        first = of(checked("97161", history=[past(20, "97110")]), "evaluation-per-episode")
        unknown = of(checked("97161"), "evaluation-per-episode")

        assert [("applies", "note")] == [(one.outcome, one.severity) for one in again]
        assert "97162 on 2026-01-31" in again[0].message
        assert ["does-not-apply"] == [one.outcome for one in first]
        assert ["no-data"] == [one.outcome for one in unknown]

    def test_distinct_time(self):
        """
        Group and individual treatment are right once separate times are attested for one of them.
        """
        yes = checked("97150", "97110", attestations=[tc.Attestation("distinct-time", ["97150"])])
        no = checked("97150", "97110", attestations=[tc.Attestation("distinct-time", ["97112"])])

        assert ["does-not-apply"] == [one.outcome for one in of(yes, "group-and-individual")]
        assert ["applies"] == [one.outcome for one in of(no, "group-and-individual")]

    @pytest.mark.parametrize("modifier", ["59", "XE", "XU"])
    @pytest.mark.parametrize("marked", ["97530", "97150"])
    def test_group_told_apart_by_a_modifier(self, modifier, marked):
        """
        A modifier for distinct services on either line says what an attestation says.
        """
        claim = [tc.ClaimLine(code, 1, ("GP", modifier) if code == marked else ("GP",)) for code in ("97530", "97150")]
        report = checked(*claim)
        assert () == report.applying

    def test_alone(self):
        """
        Codes that are only forbidden beside others are silent alone.
        """
        report = checked("97150", "97597", "98940")

        assert set() == {one.id for one in report.findings} & {
            "group-and-individual",
            "slp-unbundled",
            "debridement-same-wound",
            "manipulation-same-region",
        }

    def test_distinct_region_attested(self):
        """
        Regions that are not told count as different once that is attested.
        """
        report = checked("98940", "97140", attestations=[tc.Attestation("distinct-region")])

        assert ["does-not-apply"] == [one.outcome for one in of(report, "manipulation-same-region")]

    def test_session_once(self):
        """
        One unit of a session code is right.
        """
        assert [] == of(checked("92507"), "session-once")

    def test_assistant_of_unknown_code(self):
        """
        What an assistant may furnish is not known of a code the catalogue lacks; history alone is not judged.
        """
        report = checked(tc.ClaimLine("99213", 1, ["CQ"]), history=[past(0, "97161", modifiers=["CQ"])])

        assert [("no-data", ("99213",))] == [(one.outcome, one.codes) for one in of(report, "evaluation-by-assistant")]

    @pytest.mark.parametrize(
        ("history", "outcome"),
        [
            ([], "applies"),
            ([past(0, "97129")], "does-not-apply"),
            ([past(1, "97129")], "applies"),
        ],
    )
    def test_primary_billed_before(self, history, outcome):
        """
        A primary code counts when it was billed for the same day.
        """
        report = checked("97130", history=history)

        assert [outcome] == [one.outcome for one in of(report, "add-on-without-primary")]

    @pytest.mark.parametrize(("days", "outcome"), [(1, "does-not-apply"), (2, "applies")])
    def test_primary_of_the_month(self, days, outcome):
        """
        Codes counted by the month find their primary code in the month: 2026-03-01 counts, 2026-02-28 does not.
        """
        report = checked("98981", history=[past(days, "98980")])

        assert [outcome] == [one.outcome for one in of(report, "add-on-without-primary")]

    def test_long_list_of_primaries(self):
        """
        Of many primary codes the first are named.
        """
        (found,) = of(checked("96161", day="2024-06-10"), "add-on-without-primary")

        assert "and others" in found.message

    def test_table_of_add_ons(self):
        """
        Where the facts name no primary code, the table does, and its dates are told.
        """
        table = bundled().table("add-on-pairs", AddOnPair)
        own = type(table)(table.name, table.kind, table.provenance, [["97110", "97112", "1"]])
        catalogue = bundled().with_tables(own)
        (late,) = of(tc.check_edits([tc.ClaimLine("97110", 1)], catalogue.rules_on(DAY)), "add-on-without-primary")
        (then,) = of(
            tc.check_edits([tc.ClaimLine("97110", 1)], catalogue.rules_on("2024-06-10")), "add-on-without-primary"
        )

        assert ("applies", "unconfirmed") == (late.outcome, late.standing)
        assert "2024-06-30" in late.message
        assert ("applies", "primary") == (then.outcome, then.standing)


class TestMonitoring:
    """
    Remote monitoring: once an episode, once in 30 days, once a month.
    """

    @pytest.mark.parametrize(
        ("code", "before", "days", "outcome"),
        [
            ("98975", "98975", 200, "applies"),
            ("98977", "98977", 29, "applies"),
            ("98977", "98977", 30, "does-not-apply"),
            ("98977", "98985", 5, "applies"),
            ("98977", "98984", 5, "does-not-apply"),
            ("98980", "98979", 1, "applies"),
            ("98980", "98980", 2, "does-not-apply"),
        ],
    )
    def test_history(self, code, before, days, outcome):
        """
        The span ends on the day of the claim: 30 days hold the 29 before it, March begins on the first.
        """
        report = checked(code, history=[past(days, before)])
        found = [one for one in report.findings if one.id.startswith("monitoring-")]

        assert [outcome] == [one.outcome for one in found]
        assert "unconfirmed" == found[0].standing

    def test_no_history(self):
        """
        Without earlier lines nothing is known.
        """
        assert ["no-data"] == [one.outcome for one in of(checked("98977"), "monitoring-supply-once")]

    def test_twice_a_day(self):
        """
        Two codes for one kind of data, or two units, are too many on one day.
        """
        both = of(checked("98977", "98985"), "monitoring-supply-once")
        twice = of(checked(tc.ClaimLine("98980", 2)), "monitoring-month-once")

        assert [("applies", ("98977", "98985"))] == [(one.outcome, one.codes) for one in both]
        assert ["applies"] == [one.outcome for one in twice]


class TestSevenDays:
    """
    The rule of a popular page that no authority supports.
    """

    def test_off(self):
        """
        No bundled policy has it on.
        """
        for name in tc.policies():
            assert "neuromuscular-seven-days" in checked("97112", policy=name, history=[past(3, "97110")]).switched_off

    def test_disputed(self):
        """
        Its wording is marked as disputed.
        """
        assert "disputed" == tc.rules_on(DAY).rule("neuromuscular-seven-days").standing

    @pytest.mark.parametrize(
        ("history", "outcome"),
        [
            ([past(7, "97110")], "applies"),
            ([past(8, "97110")], "does-not-apply"),
            ([past(0, "97110")], "does-not-apply"),
            ([past(1, "97750")], "does-not-apply"),
            ([], "no-data"),
        ],
    )
    def test_switched_on(self, history, outcome):
        """
        A policy of one's own may switch it on; the rest stays as the parent has it.
        """
        policy = switched_on("neuromuscular-seven-days")
        report = checked("97112", policy=policy, history=history)

        assert [(outcome, "disputed", "should-check")] == [
            (one.outcome, one.standing, one.severity) for one in of(report, "neuromuscular-seven-days")
        ]
        assert () == report.switched_off
        assert of(report, "unit-limit")


def signature(report):
    """
    What a report says, positions aside.
    """
    return Counter(
        (one.id, one.outcome, one.codes, one.message, one.remedy, one.resolved_by, one.standing, len(one.lines))
        for one in report.findings
    )


class TestLaws:
    """
    What holds for every claim.
    """

    def test_same_findings_in_any_order(self):
        """
        5,000 random claims: checking twice, in any line order, gives the same findings.
        """
        chance = random.Random(20260302)
        codes = [code.code for code in tc.codes()]
        marks = ((), ("GP",), ("GP", "59"), ("GO", "XU"), ("GP", "CQ"), ("25",), ("GN",))
        regions = (None, None, "left", "Left", "right")
        for _ in range(5000):
            rules = tc.rules_on(chance.choice((DAY, IN_RELEASE, date(2020, 5, 4), date(2026, 12, 31))))
            claim = [
                tc.ClaimLine(
                    chance.choice(FREQUENT if chance.random() < 0.5 else codes),
                    chance.randint(1, 9),
                    chance.choice(marks),
                    region=chance.choice(regions),
                )
                for _ in range(chance.randint(1, 6))
            ]
            history = [
                tc.PastLine(rules.date_of_service - timedelta(days=chance.randint(0, 40)), chance.choice(FREQUENT))
                for _ in range(chance.randint(0, 2))
            ]
            setting = chance.choice(("practitioner", "hospital"))
            report = tc.check_edits(claim, rules, history=history, setting=setting)
            places = list(range(len(claim)))
            chance.shuffle(places)
            turned = tc.check_edits([claim[place] for place in places], rules, history=history[::-1], setting=setting)

            assert report == tc.check_edits(claim, rules, history=history, setting=setting)
            assert signature(report) == signature(turned)

    @given(st.lists(st.sampled_from(FREQUENT), unique=True, max_size=8))
    def test_never_silent(self, codes):
        """
        Each pair of codes and each code has an answer.
        """
        report = checked(*codes)

        assert len(codes) * (len(codes) - 1) // 2 == len(of(report, "edit-pair"))
        assert len(codes) == len(of(report, "unit-limit"))

    @given(st.sampled_from(FREQUENT), st.sampled_from(FREQUENT), st.sampled_from(OFFERED))
    def test_never_bypassed_with_indicator_zero(self, one, other, mark):
        """
        Where no modifier resolves a pair, none does.
        """
        plain = of(checked(one, other, day=IN_RELEASE), "edit-pair")
        marked = of(checked(one, tc.ClaimLine(other, 1, [mark]), day=IN_RELEASE), "edit-pair")

        assert [found.resolved_by for found in plain] == [found.resolved_by for found in marked]
        assert all(
            found.outcome == "applies"
            for before, found in zip(plain, marked, strict=True)
            if "indicator 0" in before.message
        )

    def test_ten_lines_are_quick(self):
        """
        A claim of ten lines is checked in a fraction of a millisecond once it is known; the benchmark tells the figure.
        """
        claim = [tc.ClaimLine(code, 1, ["GP"]) for code in FREQUENT[:10]]
        rules = tc.rules_on(DAY)
        tc.check_edits(claim, rules)
        best = min(_seconds(lambda: tc.check_edits(claim, rules)) for _ in range(50))

        assert best < 0.001


def _seconds(work):
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


class TestShown:
    """
    Reports as text, HTML and dictionaries, and the lines billed before.
    """

    def test_text(self):
        """
        The text counts what applies and what is not known, and names what is switched off.
        """
        one = tc.Override("edit-pair", "SECRET reason", "SECRET person")
        text = tc.render_text(checked("97530", "97150", "97035", overrides=[one]))

        assert text.startswith("Checks of claim lines under medicare-part-b\n  2 findings apply, ")
        assert "way out: Where the two were distinct, put 59, XE, XS, XP or XU on either line" in text
        assert "somebody decided to let it stand" in text
        assert text.endswith("not checked under this policy: neuromuscular-seven-days")
        assert "SECRET" not in text

    def test_nothing_switched_off(self):
        """
        One finding is counted in the singular; a policy with every check on names none.
        """
        policy = switched_on("neuromuscular-seven-days")
        text = tc.render_text(checked(tc.ClaimLine("97110", 9, ("GP",)), policy=policy))

        assert "  1 finding applies, 0 not known" in text
        assert "not checked" not in text
        assert "Not checked" not in tc.html_of(checked("97110", policy=policy))

    def test_carried_forward(self):
        """
        Rules beyond their dates are marked in both forms.
        """
        rules = tc.rules_on("2027-02-01", beyond_coverage="carry-forward")
        report = tc.check_edits([tc.ClaimLine("97110", 1)], rules)

        assert "carried forward" in tc.render_text(report)
        assert "carried forward" in tc.html_of(report)

    def test_html(self):
        """
        The page holds each finding, and what is not checked.
        """
        page = tc.html_of(checked("97530", "97150"))

        assert "97530 is column two beside 97150" in page
        assert "Not checked under this policy: neuromuscular-seven-days." in page

    def test_dictionary(self):
        """
        A report becomes a plain dictionary.
        """
        plain = tc.to_dict(checked("97530", "97150"))

        assert {"policy", "findings", "carried_forward", "switched_off"} == set(plain)
        assert ["97150", "97530"] == plain["findings"][0]["codes"]
        assert "unconfirmed" == plain["findings"][0]["standing"]

    def test_past_line(self):
        """
        A line billed before is read from a dictionary and written without what stands at its default.
        """
        plain = {"date_of_service": "2026-03-02", "code": "97110", "units": 2, "modifiers": ["GP"]}
        line = tc.from_dict(plain, tc.PastLine)

        assert tc.PastLine("2026-03-02", "97110", 2, modifiers=["GP"]) == line
        assert plain == tc.to_dict(line)
        assert tc.PastLine("2026-03-02", "97110") == tc.from_dict(
            {"date_of_service": "2026-03-02", "code": "97110"}, tc.PastLine
        )

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"code": "9711"}, "code"),
            ({"date_of_service": "yesterday"}, "date_of_service"),
            ({"units": 0}, "units"),
            ({"modifiers": ["gp"]}, "modifiers[0]"),
            ({"region": " "}, "region"),
            ({"discipline": "XX"}, "discipline"),
        ],
    )
    def test_past_line_refused(self, given, field):
        """
        What is no line billed before is refused.
        """
        with pytest.raises(tc.InvalidInputError) as caught:
            tc.from_dict({"date_of_service": "2026-03-02", "code": "97110", **given}, tc.PastLine)

        assert field == caught.value.field

    def test_region_stays_out_of_the_repr(self):
        """
        The words for a region are the caller's, and no `repr` shows them.
        """
        assert "SECRET" not in repr(tc.ClaimLine("97110", 1, region="SECRET"))
        assert "SECRET" not in repr(tc.PastLine(DAY, "97110", region="SECRET"))


class TestTimes:
    """
    Clock times of the services behind the lines.
    """

    @pytest.mark.parametrize(
        ("first", "second", "outcome"),
        [
            (("09:00", "09:15"), ("09:10", "09:25"), "applies"),
            (("09:00", "09:15"), ("09:15", "09:30"), "does-not-apply"),
            (("09:00", "09:15"), (None, None), "no-data"),
        ],
    )
    def test_overlap(self, first, second, outcome):
        """
        The same minutes twice apply, back to back do not, and without times nothing is known.
        """
        services = [
            tc.Service(code, 15, start=start, end=end)
            for code, (start, end) in zip(("97110", "97140"), (first, second), strict=True)
        ]
        found = of(checked("97110", "97140", services=services), "same-time-twice")

        assert [(outcome, ("97110", "97140"))] == [(one.outcome, one.codes) for one in found]

    def test_no_services(self):
        """
        Lines alone hold no times, so the check says nothing.
        """
        assert [] == of(checked("97110", "97140"), "same-time-twice")


def test_a_limit_of_nothing_invites_no_appeal():
    """
    Where the limit is no unit at all the way out is another code.
    """
    (found,) = of(checked(tc.ClaimLine("97014", 1, ("GP",))), "unit-limit")

    assert "applies" == found.outcome
    assert "appeal" not in found.remedy
    assert "Bill another code" in found.remedy
