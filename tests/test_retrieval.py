"""
Searching: words, abbreviations, numbers and misspelt words, with the reason for every hit.
"""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

import therapycodes as tc
from therapycodes._index import (
    INDEX,
    Vocabulary,
    assesses,
    build,
    bundled_index,
    from_bytes,
    index_of,
    stem,
    to_bytes,
    words,
)
from therapycodes._loading import bundled_root
from therapycodes.catalogue import bundled
from therapycodes.evidence import Statement
from therapycodes.retrieval import SearchHit, concepts, known_in_force, nearest, search


ROOT = Path(__file__).parents[1]
SMALL = Path(__file__).parent / "small"
SCRIPT = ROOT / "scripts" / "build_index.py"
FREE_TEXT = "Jane Roe, born 1950"


@pytest.fixture(scope="module")
def small():
    """
    A catalogue of invented codes.
    """
    return tc.load_catalogue(SMALL)


def found(text, **choices):
    """
    The codes a search finds, best first.
    """
    return [hit.code.code for hit in search(text, **choices)]


class TestWords:
    """
    Words and their stems.
    """

    @pytest.mark.parametrize(
        ("expected", "variants"),
        [
            ("balanc", ["balance", "balancing", "balanced", "balances"]),
            ("swallow", ["swallow", "swallowing", "swallowed"]),
            ("evalu", ["evaluate", "evaluation", "evaluating", "evaluations"]),
            ("mobil", ["mobilize", "mobilization", "mobilisation", "mobility", "mobile"]),
            ("strength", ["strength", "strengthen", "strengthening"]),
            ("therap", ["therapy", "therapies"]),
            ("step", ["step", "stepping", "steps"]),
            ("fall", ["fall", "falling", "falls"]),
            ("weak", ["weak", "weakness"]),
            ("tens", ["tens"]),
            ("tub", ["tub"]),
            ("sing", ["sing"]),
            ("illness", ["illness", "illnesses"]),
        ],
    )
    def test_stem(self, expected, variants):
        """
        The inflections of a word share a stem.
        """
        assert {expected} == {stem(word) for word in variants}

    def test_words(self):
        """
        Signs separate words, capitals and a possessive do not matter.
        """
        assert ["parkinson", "disease", "e", "stim", "97110"] == words("Parkinson's disease: E-stim/97110")

    @pytest.mark.parametrize(
        ("expected", "text"), [(True, "Evaluate the swallow"), (False, "a measured loss"), (False, "walking")]
    )
    def test_assesses(self, expected, text):
        """
        An examination is one by its noun or verb; what was measured before is none.
        """
        assert expected is assesses(text, bundled_index().vocabulary)


class TestRanking:
    """
    What people ask for comes first or second.
    """

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("hot pack", {"97010"}),
            ("ultrasound", {"97035"}),
            ("wheelchair", {"97542"}),
            ("swallowing treatment", {"92526"}),
            ("stutter evaluation", {"92521"}),
            ("vestibular repositioning", {"95992"}),
            ("pool", {"97113"}),
            ("dry needling", {"20560", "20561"}),
            ("memory and attention training", {"97129"}),
            ("balance after stroke", {"97112"}),
            ("PNF", {"97112"}),
            ("NMES", {"97032"}),
            ("e-stim", {"97032", "97014", "G0283"}),
            ("TENS", {"97032"}),
            ("ADLs", {"97535"}),
            ("ROM", {"97110"}),
            ("BPPV", {"95992"}),
            ("PT eval", {"97161", "97162", "97163"}),
            ("OT re-eval", {"97168"}),
            ("gait training", {"97116"}),
            ("manual therapy", {"97140"}),
            ("iontophoresis", {"97033"}),
            ("therapeutic activities", {"97530"}),
        ],
    )
    def test_first_or_second(self, text, expected):
        """
        One of the codes expected is among the first two.
        """
        assert expected & set(found(text)[:2])

    def test_unsupported_does_not_help(self):
        """
        Words that stand only in what a code does not support do not find it.
        """
        statement = tc.lookup("97112").metadata.not_supported_by[10]

        assert "recreation" in statement
        assert "97112" not in found("recreation", limit=346)

    def test_ended_codes_rank_lower(self):
        """
        An ended code comes after the one in force, and says when it ended and what replaced it.
        """
        hits = {hit.code.code: hit for hit in search("cognitive treatment", limit=50)}
        codes = list(hits)

        assert codes.index("97129") < codes.index("97532")
        assert "ended on 2017-12-31, replaced by 97127, G0515" == hits["97532"].why[0]

    def test_ended_without_replacement(self):
        """
        An ended code without a replacement says no more than when it ended.
        """
        assert "ended on 2018-12-31" == search("64550")[0].why[0]

    def test_never_dated(self):
        """
        A code without any known date of service says so.
        """
        assert ("no date of service is known for it", "its number was asked for") == search("97700")[0].why

    def test_scores(self):
        """
        Scores lie between 0 and 1 and fall.
        """
        scores = [hit.score for hit in search("balance")]

        assert sorted(scores, reverse=True) == scores
        assert all(0 <= score <= 1 for score in scores)

    def test_why(self):
        """
        The reasons name words and places.
        """
        assert ("'wheelchair' in the label",) == search("wheelchair")[0].why

    def test_repr(self):
        """
        A hit shows its code, label, score and reasons.
        """
        hit = SearchHit(code=tc.lookup("97542"), score=1.0, why=("because",))

        assert "<SearchHit 97542 'Wheelchair seating and mobility skills' 1.00: because>" == repr(hit)

    def test_limit(self):
        """
        No more hits than asked for.
        """
        assert 3 == len(search("exercise", limit=3))

    @pytest.mark.parametrize("text", ["zzzz", "the of and", "...", "q", "zzzzzzzzzz", "99999"])
    def test_nothing(self, text):
        """
        What nobody knows finds nothing.
        """
        assert () == search(text)


class TestNumbers:
    """
    Codes, prefixes and ranges.
    """

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("97161", ["97161"]),
            ("g0283", ["G0283"]),
            ("9716*", ["97161", "97162", "97163", "97164", "97165", "97166", "97167", "97168", "97169"]),
            ("G028*", ["G0281", "G0282", "G0283", "G0280"]),
            ("G028", ["G0281", "G0282", "G0283", "G0280"]),
            ("97161-97164", ["97161", "97162", "97163", "97164"]),
            ("97164 to 97161", ["97161", "97162", "97163", "97164"]),
            ("97110 97112", ["97110", "97112"]),
        ],
    )
    def test_numbers(self, text, expected):
        """
        Codes come in their order, ended ones last.
        """
        assert expected == found(text)

    def test_number_and_word(self):
        """
        A word beside a number orders the codes named and adds others.
        """
        assert ["97112", "97110"] == found("97110 97112 balance")[:2]


class TestMisspelt:
    """
    Unknown words are read as the nearest known one.
    """

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("wheelchiar", "97542"),
            ("balanse after strok", "97112"),
            ("ultrasuond", "97035"),
            ("swalowing treatment", "92526"),
            ("iontoforesis", "97033"),
        ],
    )
    def test_read_as(self, text, expected):
        """
        A letter or two wrong still find the code.
        """
        assert expected in found(text)[:2]

    def test_said(self):
        """
        The reason says that a word was read so, with the known word only.
        """
        assert ("'wheelchair' (a word was read so) in the label",) == search("wheelchiar")[0].why

    @pytest.mark.parametrize("root", ["zqx", "zqxw", "zqxwvkj"])
    def test_too_far(self, root):
        """
        A word near nothing stays unknown.
        """
        assert None is nearest(root, bundled_index())

    def test_synonyms_of_the_word_meant(self):
        """
        The word meant brings its other names along.
        """
        (concept,) = concepts("stutterr", bundled_index())

        assert concept.corrected
        assert "stutter" == concept.ways[0][0][0]


class TestChoices:
    """
    Date, discipline and catalogue.
    """

    def test_on(self):
        """
        On a date of service the codes in force that day are found, none demoted.
        """
        assert "G0515" == found("thinking skills Medicare 15-minute", on="2018-06-01")[0]
        assert "97129" not in found("thinking", on="2018-06-01", limit=346)
        assert "97532" not in found("thinking", on="2020-06-01", limit=346)

    def test_discipline(self):
        """
        Only codes the discipline furnishes are found, with a date or without.
        """
        expected = {code.code for code in tc.codes(discipline="SLP")}

        assert set(found("evaluation", discipline="SLP", limit=346)) <= expected
        assert "97161" not in found("evaluation", discipline="SLP", on="2026-03-02", limit=346)

    @pytest.mark.parametrize(
        ("code", "day", "expected"),
        [
            ("97110", None, True),
            ("97110", "2018-06-01", True),
            ("97129", "2018-06-01", False),
            ("97532", "2005-06-01", True),
            ("97532", None, False),
            ("97122", None, False),
            ("97700", "2020-06-01", False),
            ("G2012", "2026-03-02", False),
        ],
    )
    def test_known_in_force(self, code, day, expected):
        """
        History decides where it is confirmed; a code nobody dates is not known to be in force.
        """
        day = None if day is None else tc.rules_on("2026-03-02").date_of_service.fromisoformat(day)

        assert expected is known_in_force(tc.lookup(code), day)

    def test_known_in_force_without_catalogue(self):
        """
        A code made by hand, without facts, is not known to be in force.
        """
        code = tc.Code(code="X0001", system="CPT", category="invented", label="Invented")

        assert known_in_force(code, None) is False

    def test_own_catalogue(self, small):
        """
        A catalogue of one's own is indexed in memory, once.
        """
        assert "X0001" == found("chalk line", catalogue=small)[0]
        assert index_of(small) is index_of(small)
        assert index_of(bundled()) is bundled_index()

    @pytest.mark.parametrize(
        ("choices", "expected"),
        [
            ({"text": ""}, "text"),
            ({"text": "  \n"}, "text"),
            ({"text": None}, "text"),
            ({"text": "a" * 1001}, "text"),
            ({"text": "a", "limit": 0}, "limit"),
            ({"text": "a", "limit": True}, "limit"),
            ({"text": "a", "limit": "3"}, "limit"),
            ({"text": "a", "on": "yesterday"}, "on"),
            ({"text": "a", "discipline": "MD"}, "discipline"),
        ],
    )
    def test_refused(self, choices, expected):
        """
        Input that cannot be searched with is refused by its field.
        """
        with pytest.raises(tc.InvalidInputError) as caught:
            search(**choices)

        assert expected == caught.value.field

    def test_longest(self):
        """
        A thousand characters are still searched.
        """
        assert () == search("a" * 1000)

    def test_no_echo(self):
        """
        Nothing a hit shows repeats unknown words of the caller.
        """
        shown = repr(search(f"balance {FREE_TEXT}"))

        assert "Jane" not in shown
        assert "Roe" not in shown


class TestIndex:
    """
    The index file and the script that writes it.
    """

    def test_up_to_date(self):
        """
        The bundled index is what the codes and the vocabulary make of it.
        """
        due = runpy.run_path(str(SCRIPT))["content"]()

        assert due == bundled_root().joinpath(INDEX).read_bytes()

    def test_there_and_back(self):
        """
        Writing and reading an index is the identity.
        """
        index = bundled_index()

        assert index == from_bytes(to_bytes(index))

    def test_script(self, tmp_path, capsys):
        """
        The script writes the index; with `--check` it tells a fresh one from a stale or missing one.
        """
        script = runpy.run_path(str(SCRIPT))
        main = script["main"]
        (tmp_path / "vocabulary.toml").write_bytes(bundled_root().joinpath("vocabulary.toml").read_bytes())
        main.__globals__["DATA"] = tmp_path

        assert 1 == main(["--check"])
        assert 0 == main([])
        assert 0 == main(["--check"])
        assert "up to date" in capsys.readouterr().out

    def test_clauses_go_to_the_code_they_name(self, small):
        """
        What one code says of choosing another finds that other.
        """
        assert "X0002" == found("rope", catalogue=small)[0]

    def test_several_codes_in_one_clause(self):
        """
        A clause about other codes only counts for one of them when it names no further one.
        """
        cited = tc.lookup("97110").metadata.purpose.citations

        def made(name, *texts):
            purpose = Statement(text=texts[0], citations=cited)
            rest = tuple(Statement(text=text, citations=cited) for text in texts[1:])
            metadata = tc.Metadata(purpose=purpose, indications=rest)
            return tc.Code(code=name, system="CPT", category="invented", label="Plain", metadata=metadata)

        codes = [
            made("X0001", "Juggling", "Unicycles are X0002 or X0003.", "Trapezes are X0002"),
            made("X0002", "Ropes"),
            made("X0003", "Hoops"),
            tc.Code(code="X0004", system="CPT", category="invented", label="Without metadata"),
        ]
        empty = Vocabulary(
            synonyms={},
            stop=frozenset(),
            filler=frozenset(),
            weak=frozenset(),
            assessing=frozenset(),
            marks=frozenset(),
            no_service=frozenset(),
            opposites=(),
        )
        index = build(codes, empty)

        assert 0 == empty.longest
        assert ("X0001", "X0002", "X0003", "X0004") == index.codes
        assert "unicycl" not in index.search
        assert 1 == index.search["trapez"][0]
        assert 0 == index.search["juggl"][0]
