"""
The errors: their family, their single line, and that they pickle and copy.
"""

from __future__ import annotations

import copy
import pickle
from datetime import date

import pytest

import therapycodes as tc
from therapycodes import errors


DAY = date(2026, 3, 2)
EVERY = (
    errors.TherapyCodesError("something"),
    tc.UnknownCodeError("97111", ["97110", "97112"]),
    tc.UnknownCodeError("97111"),
    tc.CodeNotInForceError("97001", DAY, None, date(2016, 12, 31), ["97161", "97162"]),
    tc.CodeNotInForceError("97161", date(2016, 3, 2), date(2017, 1, 1)),
    tc.UnknownPolicyError("medicare", ["cpt", "medicare-part-b"]),
    tc.DateNotCoveredError(DAY, date(2020, 1, 1), date(2025, 12, 31)),
    tc.DateNotCoveredError(DAY, None, None, subject="97110"),
    tc.InvalidInputError("services[0].minutes", "negative", "give 0 or more whole minutes"),
    tc.DataError(["codes/97110.toml: missing; add it @ label"]),
    tc.DataError(["a: b @ c", "d: e @ f"]),
)
NAMES = [f"{type(error).__name__}{index}" for index, error in enumerate(EVERY)]
TWINS = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{
        f"pickle{protocol}": lambda error, protocol=protocol: pickle.loads(pickle.dumps(error, protocol))
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
    },
}


@pytest.mark.parametrize("how", TWINS)
@pytest.mark.parametrize("error", EVERY, ids=NAMES)
def test_errors_survive_copying(error, how):
    """
    Copies and pickles keep type, attributes, arguments and message.
    """
    twin = TWINS[how](error)

    assert type(error) is type(twin)
    assert vars(error) == vars(twin)
    assert error.args == twin.args
    assert str(error) == str(twin)


@pytest.mark.parametrize("error", EVERY, ids=NAMES)
def test_messages_are_one_line(error):
    """
    Every message is one line of text.
    """
    assert str(error)
    assert 1 == len(str(error).splitlines())


def test_every_error_is_tried():
    """
    The samples hold every error the module names.
    """
    assert sorted(errors.__all__) == sorted({type(error).__name__ for error in EVERY})


@pytest.mark.parametrize("name", errors.__all__)
def test_errors_have_one_root(name):
    """
    Every error derives from the one root and is importable from the package.
    """
    assert issubclass(getattr(tc, name), tc.TherapyCodesError)
    assert getattr(tc, name) is getattr(errors, name)


@pytest.mark.parametrize(
    ("kind", "base"),
    [
        (tc.UnknownCodeError, LookupError),
        (tc.CodeNotInForceError, LookupError),
        (tc.UnknownPolicyError, LookupError),
        (tc.DateNotCoveredError, LookupError),
        (tc.InvalidInputError, ValueError),
        (tc.DataError, Exception),
    ],
)
def test_builtin_bases(kind, base):
    """
    What is not found is a `LookupError`, what is refused a `ValueError`.
    """
    assert issubclass(kind, base)
    assert not issubclass(kind, KeyError)
    assert issubclass(kind, LookupError) == (base is LookupError)
    assert issubclass(kind, ValueError) == (base is ValueError)


LATER = "successors() tells what holds later"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (EVERY[1], "97111 is not in the catalogue; did you mean 97110 or 97112?"),
        (EVERY[2], "97111 is not in the catalogue; codes() lists what is"),
        (
            EVERY[3],
            f"97001 is not in force on 2026-03-02: it ended on 2016-12-31, replaced by 97161, 97162; {LATER}",
        ),
        (EVERY[4], "97161 is not in force on 2016-03-02: it began on 2017-01-01"),
        (
            EVERY[5],
            "no policy has this id; choose one of cpt, medicare-part-b, or pass a Policy from load_policy()",
        ),
        (
            EVERY[6],
            "rules: 2026-03-02 is not covered; the data cover dates of service 2020-01-01 through 2025-12-31",
        ),
        (EVERY[7], "97110: no data for 2026-03-02"),
        (EVERY[8], "services[0].minutes: negative; give 0 or more whole minutes"),
        (EVERY[9], "1 fault in the data, mend each of them: codes/97110.toml: missing; add it @ label"),
        (EVERY[10], "2 faults in the data, mend each of them: a: b @ c | d: e @ f"),
    ],
)
def test_messages_say_what_to_do(error, message):
    """
    Messages give the facts and the remedy.
    """
    assert message == str(error)


def test_facts_are_attributes():
    """
    The facts of an error stand in its attributes; sequences become tuples.
    """
    unknown, ended, policy, uncovered, invalid, data = (EVERY[index] for index in (1, 3, 5, 6, 8, 10))

    assert ("97111", ("97110", "97112")) == (unknown.code, unknown.near)
    assert (ended.code, ended.date_of_service, ended.in_force_from) == ("97001", DAY, None)
    assert (date(2016, 12, 31), ("97161", "97162")) == (ended.in_force_through, ended.replaced_by)
    assert ("medicare", ("cpt", "medicare-part-b")) == (policy.policy, policy.known)
    assert (date(2020, 1, 1), date(2025, 12, 31)) == (uncovered.covered_from, uncovered.covered_through)
    assert (uncovered.date_of_service, uncovered.subject) == (DAY, "rules")
    assert ("services[0].minutes", "negative") == (invalid.field, invalid.problem)
    assert "give 0 or more whole minutes" == invalid.remedy
    assert ("a: b @ c", "d: e @ f") == data.faults


@pytest.mark.parametrize("word", ["MARIA", "JONES", "12345678", "97110-a", "A B C"])
def test_words_are_not_repeated(word):
    """
    An unknown code that does not look like one may be a name and is not repeated, with near matches or without.
    """
    assert word not in str(tc.UnknownCodeError(word))
    assert word not in str(tc.UnknownCodeError(word, ["97110"]))
    assert str(tc.UnknownCodeError(word)).startswith("this code is not in the catalogue")


def test_lookup_of_a_name_does_not_repeat_it():
    """
    A five-letter word is an unknown code, and the message does not hold it.
    """
    with pytest.raises(tc.UnknownCodeError, match=r"^this code is not in the catalogue") as caught:
        tc.lookup("MARIA")

    assert "MARIA" == caught.value.code


def test_policy_id_is_not_repeated():
    """
    The id of an unknown policy stands in the attribute and not in the message.
    """
    with pytest.raises(tc.UnknownPolicyError) as caught:
        tc.rules_on(DAY, "maria-jones")

    assert "maria-jones" == caught.value.policy
    assert "maria" not in str(caught.value)


def test_a_code_that_ended_without_a_successor():
    """
    A code nothing replaced says when it ended and no more.
    """
    error = tc.CodeNotInForceError("95831", date(2026, 3, 2), None, date(2019, 12, 31))
    assert "95831 is not in force on 2026-03-02: it ended on 2019-12-31" == str(error)
