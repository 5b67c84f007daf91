"""
Estimates of the fee: published amounts, cases worked out by hand, what has no amount, and the laws between estimates.
"""

from __future__ import annotations

import decimal
import json
import pickle
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import therapycodes as tc
from therapycodes.catalogue import bundled
from therapycodes.feeschedule import NATIONAL, CodeStatus
from therapycodes.tables import load_geographic_factors
from therapycodes.testing import synthetic_catalogue


CASES = Path(__file__).parent / "cases"
DAY = "2025-03-03"
NAMES = ("allowed", "fee", "coinsurance", "payer_share", "sequestration")
KEYS = {"id", "name", "date_of_service", "policy", "lines", "amounts", "source", "why"}
MORE = {"locality", "facility", "qualifying_apm", "full_units", "derived", *NAMES}


def read(path):
    """
    The table of a TOML file, amounts as decimals.
    """
    return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


FEES = read(CASES / "fees-ohio-2020.toml")
ALL_CASES = [case for path in sorted((CASES / "payment").glob("*.toml")) for case in read(path)["cases"]]


def line(code, units=1, *modifiers):
    """
    A claim line.
    """
    return tc.ClaimLine(code, units, modifiers)


def estimate(*lines, on=DAY, policy="medicare-part-b", **choices):
    """
    The estimate of these lines.
    """
    return tc.estimate_payment(lines, tc.rules_on(on, policy), **choices)


def value(code="97110", **parts):
    """
    Relative values of one's own, of round figures.
    """
    given = {
        "work": Decimal("0.50"),
        "nonfacility_pe": Decimal("0.40"),
        "mp": Decimal("0.10"),
        "multiple_procedure": "5",
    }
    return tc.RelativeValue(code=code, **{**given, **parts})


def of_case(case):
    """
    The estimate a case asks for.
    """
    lines = [tc.ClaimLine(one["code"], one["units"], one["modifiers"]) for one in case["lines"]]
    choices = {name: case[name] for name in ("locality", "facility", "qualifying_apm") if name in case}
    return tc.estimate_payment(lines, tc.rules_on(case["date_of_service"], case["policy"]), **choices)


class TestCases:
    """
    Worked examples as data.
    """

    @pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: case["id"])
    def test_amounts(self, case):
        """
        Each line and each sum that the case states is what the library gives.
        """
        found = of_case(case)

        assert case["amounts"] == [one.outcome.value if one.allowed is None else one.allowed for one in found.lines]
        assert case.get("allowed") == found.allowed
        for name in NAMES:
            if name in case:
                assert case[name] == getattr(found, name), name
        if "full_units" in case:
            assert case["full_units"] == [one.full_units for one in found.lines]

    def test_form(self):
        """
        Every case has an id of its own, a source that is known and a reason, and nothing nobody reads.
        """
        assert len(ALL_CASES) == len({case["id"] for case in ALL_CASES})
        for case in ALL_CASES:
            assert KEYS <= set(case) <= KEYS | MORE, case["id"]
            assert case["source"]["source"] in tc.rules_on(DAY).catalogue.sources

    @pytest.mark.parametrize("code", FEES["fees"])
    def test_published_fees(self, code):
        """
        The fee and the reduced fee of every therapy code of Ohio in 2020 are those CMS published, to the cent.
        """
        (found,) = estimate(line(code, 2), on=FEES["date_of_service"], locality=FEES["locality"]).lines

        assert FEES["fees"][code] == [found.unit_fee, found.further_unit_fee]
        assert sum(FEES["fees"][code]) == found.allowed


class TestTrace:
    """
    Each step is told with its rule and citations.
    """

    def test_steps(self):
        """
        The steps come in the order of the arithmetic, each with a citation.
        """
        found = estimate(line("97110"), line("97530", 2), line("97112", 1, "GP", "CQ"))

        assert [
            "fee-estimate",
            "fee-formula",
            "fee-formula",
            "fee-national",
            "fee-formula",
            "fee-formula",
            "fee-formula",
            "fee-reduction",
            "fee-release",
            "fee-release",
            "fee-release",
            "fee-coinsurance",
            "fee-assistant",
            "fee-sequestration",
            "fee-rounding",
        ] == [step.rule for step in found.trace]
        assert all(step.citations for step in found.trace)
        assert "97110: 0.45 + 0.43 + 0.01 = 0.89; x 32.3465 = 28.788385, 28.79 a unit." == str(found.trace[4])
        assert (
            "One unit of 97530 has the highest practice expense and counts in full (34.61); the others keep 50% of "
            "theirs: 97110 x1 at 21.83, 97530 x1 at 24.58, 97112 x1 at 24.26."
        ) == str(found.trace[7])
        assert "Before coinsurance: 21.83 + 59.19 + 20.62 = 101.64." == str(found.trace[-1])

    def test_one_unit(self):
        """
        One unit needs no ranking, and its sum is itself.
        """
        steps = estimate(line("97110")).trace

        assert "fee-reduction" not in {step.rule for step in steps}
        assert "Before coinsurance: 28.79." == str(steps[-1])

    def test_tie(self):
        """
        Equal practice expenses are told.
        """
        steps = [str(step) for step in estimate(line("96125"), line("92524")).trace]

        assert any(step.startswith("Other lines have the practice expense of 92524") for step in steps)

    def test_locality(self):
        """
        A locality and factors of one's own are named with their figures.
        """
        steps = [str(step) for step in estimate(line("97110"), locality="10112-00").trace]
        own = tc.GeographicFactors(work=Decimal("1.1"), pe=Decimal("0.9"), mp=Decimal("0.5"))
        of_own = [str(step) for step in estimate(line("97110"), factors=own).trace]

        assert "Locality 10112-00: work 1.000, practice expense 0.869, malpractice 0.575." in steps
        assert any(
            step.startswith("97110: 0.45 x 1.000 + 0.43 x 0.869 + 0.01 x 0.575 = 0.82942000;") for step in steps
        ) or (any("0.45 x 1.000 + 0.43 x 0.869 + 0.01 x 0.575 = 0.82942" in step for step in steps))
        assert "Factors of your own: work 1.1, practice expense 0.9, malpractice 0.5." in of_own

    @pytest.mark.parametrize(
        ("on", "qualifying", "told"),
        [
            ("2026-08-03", True, "is 33.5675 of qualifying participants."),
            ("2026-08-03", False, "is 33.4009 of those who are no such participants."),
            ("2025-03-03", True, "is 32.3465, the same for qualifying participants and others."),
            ("2025-03-03", False, "is 32.3465."),
        ],
    )
    def test_conversion_factor(self, on, qualifying, told):
        """
        Whose conversion factor it is, is told from the year that has two.
        """
        found = estimate(line("97110"), on=on, qualifying_apm=qualifying)

        assert f"The conversion factor of {on} {told}" == str(found.trace[1])

    def test_assistant_before_the_reduction(self):
        """
        An assistant's line of 2021 is told to lose nothing.
        """
        steps = [str(step) for step in estimate(line("97110", 1, "GP", "CQ"), on="2021-06-01").trace]

        assert "97110 is marked as an assistant's; on this date that takes nothing off." in steps

    def test_total_without_parts(self):
        """
        A total without parts is told as such.
        """
        steps = [str(step) for step in estimate(line("G0541"), on="2026-02-02").trace]

        assert "G0541: 1.59 in all; x 33.4009 = 53.107431, 53.11 a unit." in steps


class TestRemarks:
    """
    What a reader of a line should know.
    """

    def rules(self, found):
        """
        The rules of the remarks of the only line.
        """
        return [remark.rule for remark in found.lines[0].remarks]

    def test_release(self):
        """
        A value of another quarter's release is marked; one of its own quarter is not.
        """
        assert ["fee-release"] == self.rules(estimate(line("97110")))
        assert [] == self.rules(estimate(line("97110"), on="2025-10-01"))
        assert ["fee-release"] == self.rules(estimate(line("97110"), on="2024-10-01"))
        assert [] == self.rules(estimate(line("97110"), on="2024-09-30"))

    def test_other_reductions(self):
        """
        A code with another reduction, or with an indicator that was not read, says that none is made.
        """
        assert ["fee-other-reduction"] == self.rules(estimate(line("29065", 2), on="2025-10-01"))
        assert ["fee-other-reduction"] == self.rules(estimate(line("G0541"), on="2026-02-02"))
        assert [] == self.rules(estimate(line("97129"), on="2025-10-01"))

    def test_facility(self):
        """
        In a facility the mark of the file and the indicator of therapists are told, and that therapy is paid otherwise.
        """
        found = estimate(line("97110"), on="2025-10-01", facility=True)

        assert ["fee-formula", "fee-therapist-in-private-practice"] == self.rules(found)
        assert "fee-nonfacility" in {step.rule for step in found.trace}

    def test_rare_outside_a_facility(self):
        """
        The mark counts for the place that is asked for.
        """
        assert ["fee-formula"] == self.rules(estimate(line("96000"), on="2025-10-01"))
        assert ["fee-therapist-in-private-practice"] == self.rules(
            estimate(line("96000"), on="2025-10-01", facility=True)
        )

    def test_special_statuses(self):
        """
        Statuses R and T have an amount and a remark.
        """
        assert ["fee-status-special"] == self.rules(estimate(line("97026"), on="2025-10-01"))
        assert ["fee-status-special"] == self.rules(estimate(line("97110"), relative_values=[value(status="T")]))

    @pytest.mark.parametrize("status", ["B", "E", "I", "N", "P", "X"])
    def test_no_fee(self, status):
        """
        Six statuses have no amount of their own; alone they leave no sum.
        """
        found = estimate(line("97110"), relative_values=[value(status=status)])

        assert tc.PaymentOutcome.NO_FEE is found.lines[0].outcome
        assert ["fee-status-none"] == self.rules(found)
        assert found.lines == found.no_fee
        assert [None] * 5 == [getattr(found, name) for name in NAMES]
        assert () == found.no_data

    def test_status_of_a_date(self):
        """
        Needling had no fee before April 2020, and has one from then on.
        """
        assert tc.PaymentOutcome.NO_FEE is estimate(line("20560"), on="2020-03-31").lines[0].outcome
        assert tc.PaymentOutcome.ESTIMATED is estimate(line("20560"), on="2020-04-01").lines[0].outcome


class TestNoData:
    """
    What was not read has no amount, and the reason stands on the line.
    """

    def test_no_value(self):
        """
        A code without values for the day.
        """
        found = estimate(line("0791T"), line("97110"), on="2026-08-03")

        assert ["no-data", "estimated"] == [one.outcome for one in found.lines]
        assert found.allowed is None
        assert found.no_data == found.lines[:1]
        assert "0791T: no relative values were read for 2026-08-03." == str(found.lines[0].remarks[0])
        assert "Before coinsurance" not in str(found.trace[-1])

    def test_no_factors(self):
        """
        A locality is known, its factors of that year are not.
        """
        found = estimate(line("97110"), on="2026-08-03", locality="10112-00")

        assert found.factors is None
        assert ["fee-estimate", "fee-formula", "fee-formula", "fee-no-data"] == [step.rule for step in found.trace]
        assert "97110: the geographic factors of this locality were not read for 2026-08-03." == str(
            found.lines[0].remarks[0]
        )

    def test_no_parts(self):
        """
        A total cannot take the factors of a locality.
        """
        own = tc.GeographicFactors(work=Decimal(1), pe=Decimal("0.9"), mp=Decimal(1))
        found = estimate(line("G0541"), on="2026-02-02", factors=own)

        assert "work, practice expense and malpractice were not read apart" in str(found.lines[0].remarks[0])

    def test_no_total(self):
        """
        Neither parts nor total.
        """
        found = estimate(line("97110"), relative_values=[value(work=None)])

        assert ["no-data"] == [one.outcome for one in found.lines]

    def test_unrankable(self):
        """
        A therapy unit without its parts, or without its indicator, has an amount only where it is the day's only one.
        """
        whole = value(work=None, nonfacility_total=Decimal(1))
        unmarked = value(multiple_procedure=None)
        for own in (whole, unmarked):
            assert Decimal("32.35") == estimate(line("97110"), relative_values=[own]).allowed
            assert ["no-data"] == [one.outcome for one in estimate(line("97110", 2), relative_values=[own]).lines]
        found = estimate(line("97110"), line("97530", 2), relative_values=[whole])
        alone = estimate(line("97110"), line("97530"), relative_values=[whole])

        assert ["no-data", "estimated"] == [one.outcome for one in found.lines]
        assert "the other lines are ranked without it" in str(found.lines[0].remarks[0])
        assert Decimal("59.19") == found.lines[1].allowed
        assert Decimal("34.61") == alone.lines[1].allowed

    def test_no_schedule(self):
        """
        Under a policy that names no fee schedule no line has an amount.
        """
        found = estimate(line("97110"), policy="cpt")

        assert ["no-data"] == [one.outcome for one in found.lines]
        assert found.conversion_factor is None
        assert ["fee-estimate", "fee-no-data"] == [step.rule for step in found.trace]
        assert "97110: this policy names no fee schedule; the payer's own manual may." == str(found.trace[1])

    def test_no_table(self):
        """
        A data tree without tables answers that it has no data, and knows no locality.
        """
        rules = synthetic_catalogue().rules_on(DAY)

        found = tc.estimate_payment([line("ZZ001")], rules)

        assert tc.PaymentOutcome.NO_DATA is found.lines[0].outcome
        assert ["fee-estimate", "fee-formula", "fee-national", "fee-no-data"] == [step.rule for step in found.trace]
        with pytest.raises(tc.InvalidInputError, match="not a known payment locality"):
            tc.estimate_payment([line("ZZ001")], rules, locality="10112-00")

    def test_no_lines(self):
        """
        Nothing comes to nothing.
        """
        found = estimate()

        assert [Decimal("0.00")] * 5 == [getattr(found, name) for name in NAMES]
        assert ["fee-estimate", "fee-formula", "fee-formula", "fee-national", "fee-rounding"] == [
            step.rule for step in found.trace
        ]


class TestOwnValues:
    """
    Values and factors of the caller take the place of the bundled ones.
    """

    def test_factors(self):
        """
        Own factors serve where the bundled ones end.
        """
        own = tc.GeographicFactors(work=Decimal("1.02"), pe=Decimal("0.9"), mp=Decimal(1))
        found = estimate(line("97110"), on="2026-08-03", locality="10112-00", factors=own)

        # 0.45 x 1.02 + 0.41 x 0.9 + 0.01 = 0.459 + 0.369 + 0.01 = 0.838; x 33.4009 = 27.9899542
        assert Decimal("27.99") == found.allowed
        assert ("own", own) == (found.locality, found.factors)

    def test_newer_table(self, tmp_path):
        """
        A newer file of factors laid over the catalogue serves the localities of its year.
        """
        path = tmp_path / "GPCI.csv"
        heading = "MAC,State,Locality Number,Name,2026 PW GPCI,2026 PE GPCI,2026 MP GPCI\n"
        path.write_text(heading + "10112,AL,00,ALABAMA,1.000,0.900,0.500\n", encoding="utf-8")
        newer = load_geographic_factors(
            path,
            version="2026",
            covered_from="2026-01-01",
            covered_through="2026-12-31",
            read_on="2026-11-25",
        )
        rules = bundled().with_tables(newer).rules_on("2026-08-03")
        found = tc.estimate_payment([line("97110")], rules, locality="10112-00")

        # 0.45 + 0.41 x 0.9 + 0.01 x 0.5 = 0.45 + 0.369 + 0.005 = 0.824; x 33.4009 = 27.5223416
        assert Decimal("27.52") == found.allowed

    def test_values(self):
        """
        Own values serve for their code, a code the catalogue does not know included, and for their dates.
        """
        unknown = estimate(line("ABCDE"), relative_values=[value("ABCDE")])
        early, late = (
            value(effective_through=date(2025, 3, 2)),
            value(work=Decimal("1.50"), effective_from=date(2025, 3, 3)),
        )
        several = estimate(line("97110"), relative_values=[early, late])
        ended = estimate(line("97110"), relative_values=[early])

        assert Decimal("32.35") == unknown.allowed
        assert Decimal("64.69") == several.allowed
        assert ["no-data"] == [one.outcome for one in ended.lines]
        assert "fee-release" not in {step.rule for step in several.trace}

    def test_unknown_code_without_indicator(self):
        """
        Whether a code nobody knows takes part in the reduction is not known.
        """
        own = value("ABCDE", multiple_procedure=None)

        assert ["no-data"] == [one.outcome for one in estimate(line("ABCDE", 2), relative_values=[own]).lines]

    @pytest.mark.parametrize(
        ("parts", "field"),
        [
            ({"work": 0.45}, "work"),
            ({"work": Decimal("NaN")}, "work"),
            ({"mp": Decimal("-0.01")}, "mp"),
            ({"nonfacility_pe": Decimal(10_001)}, "nonfacility_pe"),
            ({"status": "?"}, "status"),
            ({"code": "9711"}, "code"),
        ],
    )
    def test_refused(self, parts, field):
        """
        What is no relative value is refused.
        """
        with pytest.raises(tc.InvalidInputError) as caught:
            tc.RelativeValue(**{"code": "97110", **parts})

        assert field == caught.value.field

    def test_refused_factors(self):
        """
        What is no factor is refused.
        """
        with pytest.raises(tc.InvalidInputError, match="pe: not a Decimal"):
            tc.GeographicFactors(work=Decimal(1), pe="0.9", mp=Decimal(1))

    def test_status_is_a_status(self):
        """
        The status may be given as text.
        """
        assert CodeStatus.BUNDLED is tc.RelativeValue(code="97010", status="B").status
        assert value().total(facility=False) is None


class TestRefusals:
    """
    Bad input is refused before any work.
    """

    @pytest.mark.parametrize(
        ("arguments", "field"),
        [
            ({"lines": line("97110")}, "lines"),
            ({"lines": ["97110"]}, "lines[0]"),
            ({"rules": "2025-03-03"}, "rules"),
            ({"locality": "99999-00"}, "locality"),
            ({"locality": "Ohio"}, "locality"),
            ({"locality": 1520200}, "locality"),
            ({"locality": None}, "locality"),
            ({"facility": "no"}, "facility"),
            ({"qualifying_apm": 1}, "qualifying_apm"),
            ({"factors": (1, 1, 1)}, "factors"),
            ({"relative_values": {"97110": 1}}, "relative_values[0]"),
        ],
    )
    def test_invalid(self, arguments, field):
        """
        The field at fault is named, with a remedy.
        """
        good = {"lines": [line("97110")], "rules": tc.rules_on(DAY)}
        with pytest.raises(tc.InvalidInputError) as caught:
            tc.estimate_payment(**{**good, **arguments})

        assert field == caught.value.field
        assert caught.value.remedy

    def test_codes(self):
        """
        A code nobody knows and one that is not in force are refused as elsewhere.
        """
        with pytest.raises(tc.UnknownCodeError):
            estimate(line("ABCDE"))
        with pytest.raises(tc.CodeNotInForceError):
            estimate(line("97001"))


class TestResult:
    """
    The estimate as a value.
    """

    def test_carried_forward(self):
        """
        Beyond the covered dates the estimate says that rules are carried forward.
        """
        rules = tc.rules_on("2027-01-04", beyond_coverage="carry-forward")
        found = tc.estimate_payment([line("97110")], rules)

        assert found.carried_forward
        assert Decimal("29.06") == found.allowed
        assert "carried-forward" == found.trace[0].rule

    def test_repr(self):
        """
        The total and the rules, or that it is incomplete.
        """
        assert (
            "<PaymentEstimate 28.79 USD before coinsurance, national; <RuleSet medicare-part-b on 2025-03-03>>"
        ) == repr(estimate(line("97110")))
        assert "incomplete" in repr(estimate(line("97039")))

    def test_copies(self):
        """
        It pickles, and the copy tells the same.
        """
        found = estimate(line("97110"), line("97530", 2))
        copy = pickle.loads(pickle.dumps(found))

        assert found == copy
        assert found.trace == copy.trace

    def test_as_dictionary(self):
        """
        Plain values that JSON can hold, marked as an estimate.
        """
        plain = tc.to_dict(estimate(line("97110"), line("97010")))

        assert plain == json.loads(json.dumps(plain))
        assert (True, "2025-03-03", "medicare-part-b", "28.79") == (
            plain["estimate"],
            plain["date_of_service"],
            plain["policy"],
            plain["allowed"],
        )
        assert ["28.79", None] == [one["allowed"] for one in plain["lines"]]
        assert "no-fee" == plain["lines"][1]["outcome"]

    def test_as_text(self):
        """
        The text says that it is an estimate, line by line and in sum.
        """
        told = tc.render_text(estimate(line("97530", 2), line("97112", 1, "GP", "CQ"), line("97010"))).splitlines()

        assert [
            "Estimate of the fee on 2025-03-03 under medicare-part-b",
            "  97530 x2  59.19  (1 at 34.61, 1 at 24.58)",
            "  97112 x1 GP CQ  20.62  (1 at 24.26, 24.26 before the assistant's reduction)",
            "  97010 x1  no separate amount",
            "  total before coinsurance  79.81",
            "  coinsurance  16.69",
            "  payer's share before sequestration  63.85",
            "  sequestration  1.28",
            "  an estimate from published values, not a decision about payment; why:",
        ] == told[:9]

    def test_as_text_without_total(self):
        """
        Without a total the text says why there is none.
        """
        assert "  no total: a line has no amount" in tc.render_text(estimate(line("97039"), line("97110"))).splitlines()
        assert "  no total: no line has an amount" in tc.render_text(estimate(line("97010"))).splitlines()

    def test_as_html(self):
        """
        The fragment shows each line and the total, and the records are flat.
        """
        found = estimate(line("97110", 1, "GP"), line("97010"))
        shown = tc.html_of(found)

        assert "An estimate, not a decision about payment: 28.79 before coinsurance" in shown
        assert "no total" in tc.html_of(estimate(line("97039")))
        assert shown == found._repr_html_()
        assert ["28.79", None] == [record["allowed"] for record in tc.to_records(found.lines)]

    def test_precision_of_the_caller(self):
        """
        The precision a caller has set for arithmetic of its own changes nothing.
        """
        with decimal.localcontext(decimal.Context(prec=2, rounding=decimal.ROUND_DOWN)):
            found = estimate(line("97110"), line("97530", 2))
            steps = found.trace

        assert Decimal("81.02") == found.allowed
        assert "97110: 0.45 + 0.43 + 0.01 = 0.89; x 32.3465 = 28.788385, 28.79 a unit." in map(str, steps)

    def test_national_factors(self):
        """
        The national factors are 1 on every date.
        """
        assert estimate(line("97110"), on="2020-01-01").factors is NATIONAL
        assert NATIONAL == estimate(line("97110"), on="2026-12-31").factors


THERAPY = sorted(FEES["fees"])
UNITS = st.integers(min_value=1, max_value=6)
LINES = st.lists(
    st.builds(
        lambda code, units, by_assistant: line(code, units, "GP", *(["CQ"] if by_assistant else [])),
        st.sampled_from([*THERAPY, "97129", "97597", "97010"]),
        UNITS,
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)
DAYS = st.sampled_from(["2020-02-03", "2022-05-02", "2024-03-09", "2025-03-03"])
PLACES = st.sampled_from(["national", "10112-00", "02102-01", "15202-00"])


def amounts(found):
    """
    The sums of an estimate, nothing where no line has a fee.
    """
    return [getattr(found, name) or Decimal(0) for name in NAMES]


@given(LINES, st.randoms(use_true_random=False), DAYS, PLACES)
def test_order_of_lines_changes_no_sum(lines, random, on, locality):
    """
    "rank the services": which line comes first is immaterial.
    """
    turned = list(lines)
    random.shuffle(turned)

    assert amounts(estimate(*lines, on=on, locality=locality)) == amounts(estimate(*turned, on=on, locality=locality))


@given(LINES, DAYS, PLACES)
def test_multiple_units_as_well_as_multiple_procedures(lines, on, locality):
    """
    A line of several units has the fee of as many lines of one; what a line rounds stays within half a cent a line.
    """
    split = [tc.ClaimLine(one.code, 1, one.modifiers) for one in lines for _ in range(one.units)]
    whole, parts = (amounts(estimate(*some, on=on, locality=locality)) for some in (lines, split))

    assert whole[1] == parts[1]
    for one, other in zip(whole, parts, strict=True):
        # sequestration and the payer's share carry the rounding of the steps before them
        assert abs(one - other) <= Decimal("0.015") * (len(lines) + len(split))


@given(st.sampled_from(THERAPY), UNITS, PLACES)
def test_85_percent_of_the_otherwise_applicable_payment(code, units, locality):
    """
    An assistant's line comes to 85 percent of the therapist's, in what is allowed and in what the payer pays.
    """
    by_therapist = estimate(line(code, units, "GP"), locality=locality)
    by_assistant = estimate(line(code, units, "GP", "CQ"), locality=locality)

    def part(amount):
        return (amount * Decimal("0.85")).quantize(Decimal("0.01"), decimal.ROUND_HALF_UP)

    assert part(by_therapist.allowed) == by_assistant.allowed
    assert part(by_therapist.payer_share) == by_assistant.payer_share
    assert by_therapist.fee == by_assistant.fee
    assert by_therapist.coinsurance == by_assistant.coinsurance


@given(LINES, DAYS, PLACES)
def test_reduction_never_raises(lines, on, locality):
    """
    The fee is at most that of all units in full, and one unit of the day is in full.
    """
    found = estimate(*lines, on=on, locality=locality)
    priced = [one for one in found.lines if one.unit_fee is not None]
    ranked = [one for one in priced if one.further_unit_fee is not None]

    assert (found.fee or 0) <= sum(one.unit_fee * one.units for one in priced)
    assert (1 if ranked else 0) == sum(one.full_units for one in ranked)


@given(LINES, st.sampled_from(THERAPY), st.booleans(), DAYS, PLACES)
def test_adding_a_unit_never_lowers(lines, code, by_assistant, on, locality):
    """
    A further unit, of whomever, adds to what is allowed.
    """
    further = line(code, 1, "GP", *(["CQ"] if by_assistant else []))
    before = estimate(*lines, on=on, locality=locality).allowed or Decimal(0)

    assert before < estimate(*lines, further, on=on, locality=locality).allowed


@given(LINES, DAYS, PLACES)
def test_lines_add_up(lines, on, locality):
    """
    Each sum is that of the lines, and what the patient and the payer bear is the fee without the assistant's part.
    """
    found = estimate(*lines, on=on, locality=locality)
    priced = [one for one in found.lines if one.allowed is not None]

    assert amounts(found) == [sum((getattr(one, name) for one in priced), Decimal(0)) for name in NAMES]
    for one in priced:
        if not one.by_assistant:
            assert one.fee == one.allowed == one.coinsurance + one.payer_share


def test_a_part_of_a_unit_has_no_fee():
    """
    The fee schedule counts whole units: a part of one is no data, with the reason.
    """
    rules = tc.rules_on("2025-03-03")
    part, whole = tc.estimate_payment([tc.ClaimLine("97530", Decimal("0.4")), tc.ClaimLine("97110", 1)], rules).lines

    assert "no-data" == part.outcome
    assert "whole units" in str(part.remarks[0])
    assert Decimal("28.79") == whole.allowed
