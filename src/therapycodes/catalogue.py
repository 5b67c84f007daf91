"""
Everything over all dates (`Catalogue`), and the rules of one day (`RuleSet`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from attrs import fields

from .code import Code, Discipline
from .errors import DataError, DateNotCoveredError, InvalidInputError, UnknownCodeError, UnknownPolicyError
from .evidence import Dated, Source
from .frozenmap import FrozenMap
from .inputs import checked_choice, checked_code
from .periods import Period, entry_on, parse_date


if TYPE_CHECKING:
    from pathlib import Path

    from ._loading import DataFiles
    from .policy import Policy, Rule
    from .requirement import RequirementSet
    from .ruleset import RuleSet
    from .year import Year

BeyondCoverage = Literal["refuse", "carry-forward"]

_POLICY_ID = re.compile(r"(?=.{1,64}$)[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_LOOKALIKES = str.maketrans("OQILZSB", "0011258")
_RULE_SETS_KEPT = 4096


class Coverage(NamedTuple):
    """
    First and last date of service the data support.
    """

    effective_from: date
    effective_through: date


class Catalogue:
    """
    Codes, policies, rules and amounts over all dates, each read when first asked for.

    Most users never make one: `lookup`, `codes` and `rules_on` use the bundled catalogue.

    Args:
        files: where the data come from.
        reopen: function and arguments that make this catalogue again, for pickling.
    """

    def __init__(self, files: DataFiles, reopen: tuple[Callable[..., Catalogue], tuple[Any, ...]]) -> None:
        self._files = files
        self._reopen = reopen
        self._codes: dict[str, Code] = {}
        self._policies: dict[str, Policy] = {}
        self._requirement_sets: dict[str, RequirementSet] = {}
        self._years: dict[int, Year] = {}
        self._rules: dict[str, tuple[Rule, ...]] = {}
        self._rule_sets: dict[tuple[date, str, str], RuleSet] = {}
        self._coverage: Coverage | None = None
        self._names: tuple[str, ...] | None = None

    def __reduce__(self) -> tuple[Callable[..., Catalogue], tuple[Any, ...]]:
        return self._reopen

    @property
    def sources(self) -> Mapping[str, Source]:
        """
        Every source document, by id.
        """
        return self._files.sources

    @property
    def code_names(self) -> tuple[str, ...]:
        """
        Every code there is, sorted; nothing is loaded for it.
        """
        if self._names is None:
            self._names = self._files.names("codes")
        return self._names

    def coverage(self) -> Coverage:
        """
        First and last date of service the data support: the years there are amounts for.
        """
        if self._coverage is None:
            years = [int(name) for name in self._files.names("years")]
            self._coverage = Coverage(date(min(years), 1, 1), date(max(years), 12, 31))
        return self._coverage

    def covered_day(self, on: date | str, *, back_to_histories: bool = False) -> date:
        """
        A date of service the data support.

        Args:
            on: the day.
            back_to_histories: whether days before the covered ones will do, where only code histories are asked.

        Raises:
            InvalidInputError: not a calendar date.
            DateNotCoveredError: before or after the covered dates of service.
        """
        day = parse_date(on, "on")
        first, last = self.coverage()
        if day > last or (day < first and not back_to_histories):
            raise DateNotCoveredError(day, first, last, subject="codes")
        return day

    def lookup(self, code: str) -> Code:
        """
        One code over all dates.

        Raises:
            InvalidInputError: not five capital letters or digits.
            UnknownCodeError: never heard of; offers near matches.
        """
        try:
            return self._codes[code]
        except (KeyError, TypeError):
            pass
        code = checked_code(code)
        found = self._files.code(code)
        if found is None:
            raise UnknownCodeError(code, self._near(code))
        return self._codes.setdefault(code, found.within(Period(*self.coverage())))

    def _near(self, code: str) -> tuple[str, ...]:
        """
        Known codes that look like this one: a letter typed for a digit first, then similar spellings.
        """
        read = code.translate(_LOOKALIKES)
        twins = [read, code[0] + read[1:]]
        meant = tuple(dict.fromkeys(twin for twin in twins if twin in self.code_names))
        if meant:
            return meant
        from difflib import get_close_matches  # noqa: PLC0415 - only a failed lookup needs it

        return tuple(get_close_matches(code, self.code_names, n=3, cutoff=0.79))

    def codes(self, *, discipline: str | None = None, on: date | str | None = None) -> tuple[Code, ...]:
        """
        Codes, sorted; see `therapycodes.codes`.
        """
        wanted = None if discipline is None else checked_choice(Discipline, discipline, "discipline")
        day = None if on is None else self.covered_day(on)
        every = (self.lookup(name) for name in self.code_names)
        return tuple(code for code in every if _furnished(code, wanted, day))

    def policy(self, name: str) -> Policy:
        """
        One policy by id.

        Raises:
            UnknownPolicyError: no such policy.
        """
        found = self._policies.get(name)
        if found is None:
            found = self._files.policy(name) if _POLICY_ID.fullmatch(name) else None
            if found is None:
                raise UnknownPolicyError(name, self._files.names("policies"))
            self._policies[name] = found
        return found

    def policies(self) -> Mapping[str, str]:
        """
        Title of every policy, by id.
        """
        return FrozenMap({name: self.policy(name).title for name in self._files.names("policies")})

    @property
    def requirement_set_names(self) -> tuple[str, ...]:
        """
        The id of every set of documentation requirements.
        """
        return self._files.names("documentation")

    def requirement_set(self, name: str) -> RequirementSet:
        """
        One set of documentation requirements.

        Raises:
            DataError: a policy names a set that does not exist.
        """
        found = self._requirement_sets.get(name)
        if found is None:
            found = self._files.requirement_set(name) if _POLICY_ID.fullmatch(name) else None
            if found is None:
                raise DataError([f"documentation: no requirement set {name!r} @ documentation_sets"])
            self._requirement_sets[name] = found
        return found

    def year(self, year: int) -> Year:
        """
        The amounts of one calendar year.

        Raises:
            DateNotCoveredError: no such year in the data.
        """
        found = self._years.get(year)
        if found is None:
            found = self._files.year(year)
            if found is None:
                raise DateNotCoveredError(date(year, 1, 1), *self.coverage(), subject="annual values")
            self._years[year] = found
        return found

    def rule(self, name: str, day: date) -> Rule:
        """
        The wording of a rule in force on a day.

        Raises:
            DataError: the rule files do not hold it for that day.
        """
        if not self._rules:
            grouped: dict[str, tuple[Rule, ...]] = {}
            for rule in self._files.rules():
                grouped[rule.id] = (*grouped.get(rule.id, ()), rule)
            self._rules = grouped
        found = entry_on(self._rules.get(name, ()), day)
        if found is None:
            raise DataError([f"rules: no rule {name!r} on {day} @ rules"])
        return found

    def rules_on(
        self, day: date | str, policy: str | Policy = "medicare-part-b", *, beyond_coverage: BeyondCoverage = "refuse"
    ) -> RuleSet:
        """
        The rules of one day; see `therapycodes.rules_on`.
        """
        if beyond_coverage not in ("refuse", "carry-forward"):
            raise InvalidInputError("beyond_coverage", "not a known choice", 'give "refuse" or "carry-forward"')
        day = parse_date(day)
        if not isinstance(policy, str):
            from .policy import Policy  # noqa: PLC0415 - looking a code up needs no policies

            if isinstance(policy, Policy):
                return self._resolve(day, policy, beyond_coverage)
            raise InvalidInputError("policy", "not a policy", "give the id of a policy or a Policy")
        key = (day, policy, beyond_coverage)
        found = self._rule_sets.get(key)
        if found is None:
            found = self._resolve(day, self.policy(policy), beyond_coverage)
            if len(self._rule_sets) >= _RULE_SETS_KEPT:
                self._rule_sets.clear()
            self._rule_sets[key] = found
        return found

    def _resolve(self, day: date, policy: Policy, beyond_coverage: BeyondCoverage) -> RuleSet:
        from .ruleset import RuleSet  # noqa: PLC0415 - looking a code up needs no rules

        first, last = self.coverage()
        carried = day > last and beyond_coverage == "carry-forward"
        if day < first or (day > last and not carried):
            raise DateNotCoveredError(day, first, last)
        rules_day = last if carried else day
        return RuleSet(
            date_of_service=day,
            policy=policy,
            carried_forward=carried,
            rules_day=rules_day,
            catalogue=self,
            parameters=self._parameters(policy, rules_day),
        )

    def _parameters(self, policy: Policy, day: date) -> Mapping[str, Dated[Any]]:
        """
        What a policy decides on a day; what it leaves open comes from the policy it extends.
        """
        from .policy import Parameters  # noqa: PLC0415

        lineage = [policy]
        while lineage[-1].extends is not None:
            lineage.append(self.policy(lineage[-1].extends))
        decided: dict[str, Dated[Any]] = {}
        for parameter in fields(Parameters):
            candidates = (entry_on(getattr(one.parameters, parameter.name), day) for one in lineage)
            entry = next((found for found in candidates if found is not None), None)
            if entry is None:
                raise DateNotCoveredError(day, None, None, subject=f"{parameter.name} of the policy")
            decided[parameter.name] = entry
        return FrozenMap(decided)


def _furnished(code: Code, discipline: Discipline | None, day: date | None) -> bool:
    """
    Whether a code is in force on a day (if one is given) and furnished by a discipline (if one is given).
    """
    series = code.facts.disciplines
    if day is None:
        return discipline is None or any(discipline in entry.value for entry in series)
    try:
        facts = code.on(day)
    except LookupError:
        return False
    return discipline is None or discipline in (facts.disciplines or ())


@cache
def bundled() -> Catalogue:
    """
    The catalogue of the installed package; made once, and nothing is read until it is asked something.
    """
    from ._loading import DataFiles, bundled_root  # noqa: PLC0415 - importing the package must open nothing

    return Catalogue(DataFiles(bundled_root()), (bundled, ()))


def load_catalogue(path: str | Path) -> Catalogue:
    """
    Open a data tree of one's own, laid out like the bundled one.

    Every file is checked first.

    Args:
        path: the folder that holds `sources.toml`, `codes/`, `years/`, `policies/`, `documentation/` and `rules/`.

    Raises:
        DataError: lists every fault of every file.
    """
    from pathlib import Path as _Path  # noqa: PLC0415

    from ._checking import check_tree  # noqa: PLC0415 - cattrs is worth its cost only here
    from ._loading import DataFiles  # noqa: PLC0415

    if not isinstance(path, (str, _Path)):
        raise InvalidInputError("path", "not a path", "give the path of a folder")
    root = _Path(path).resolve()
    files = DataFiles(root)
    faults = check_tree(files)
    if faults:
        raise DataError(faults)
    return Catalogue(files, (load_catalogue, (str(root),)))


def lookup(code: str) -> Code:
    """
    What a procedure code is, over all dates.

    Args:
        code: five characters, such as `"97112"`.

    Returns:
        The code, in force or not; `Code.on` gives its facts on one date of service.

    Raises:
        InvalidInputError: not five capital letters or digits.
        UnknownCodeError: the catalogue has never heard of it; offers near matches.

    Example:
        >>> import therapycodes as tc
        >>> tc.lookup("97001").replaced_by
        ('97161', '97162', '97163')
    """
    return bundled().lookup(code)


def codes(*, discipline: str | None = None, on: date | str | None = None) -> tuple[Code, ...]:
    """
    The codes of the catalogue, sorted.

    Args:
        discipline: keep those this discipline furnishes: `"PT"`, `"OT"` or `"SLP"`.
        on: keep those in force on this date of service.

    Raises:
        InvalidInputError: an unknown discipline, or no date.

    Example:
        >>> import therapycodes as tc
        >>> [code.code for code in tc.codes(discipline="SLP", on="2026-03-02")][:2]
        ['92507', '92508']
    """
    return bundled().codes(discipline=discipline, on=on)


def policies() -> Mapping[str, str]:
    """
    The bundled policies: id -> title.

    Example:
        >>> import therapycodes as tc
        >>> tc.policies()["medicare-part-b"]
        'Medicare Part B outpatient therapy'
    """
    return bundled().policies()


def coverage() -> Coverage:
    """
    First and last date of service the bundled data support.

    Example:
        >>> import therapycodes as tc
        >>> first, last = tc.coverage()
        >>> first.isoformat()
        '2020-01-01'
    """
    return bundled().coverage()


def rules_on(
    date_of_service: date | str,
    policy: str | Policy = "medicare-part-b",
    *,
    beyond_coverage: BeyondCoverage = "refuse",
) -> RuleSet:
    """
    The rules of one date of service under one policy.

    The date enters here and nowhere else; everything computed with the result follows it.

    Args:
        date_of_service: a `date`, or text such as `"2026-03-02"`.
        policy: id of a bundled policy, or a `Policy` from `load_policy`.
        beyond_coverage: `"refuse"` dates after the covered ones, or `"carry-forward"` the last known rules; every
            result made with them then says so.

    Raises:
        InvalidInputError: not a calendar date.
        UnknownPolicyError: no such policy.
        DateNotCoveredError: the data do not reach that day.

    Example:
        >>> import therapycodes as tc
        >>> tc.rules_on("2026-03-02", policy="cpt").unit_method.value
        'midpoint'
    """
    return bundled().rules_on(date_of_service, policy, beyond_coverage=beyond_coverage)
