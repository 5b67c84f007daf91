"""
The rules of one day under one policy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import Factory, field, frozen

from .code import CodeFacts, UnitRule
from .errors import DataError
from .evidence import Dated
from .inputs import checked_choice
from .periods import Period
from .policy import AssistantRule, DeMinimis, Policy, Rule, TimedPool, UnitMethod
from .requirement import NoteType, Requirement


if TYPE_CHECKING:
    from .catalogue import Catalogue
    from .year import Year


T = TypeVar("T")


def _decided(name: str) -> Any:
    """
    Default of a field that repeats a parameter's bare value.
    """
    return Factory(lambda rules: rules.parameters[name].value, takes_self=True)


@frozen(kw_only=True, repr=False)
class RuleSet:
    """
    The rules of one date of service under one policy.

    Attributes:
        date_of_service: the day asked for.
        policy: the policy.
        carried_forward: whether the data end before that day and the last known rules are used all the same.
        rules_day: the day whose rules are used; the date of service unless carried forward.
        catalogue: where the rules come from.
        parameters: what the policy decides that day: name -> dated entry with its citations.
        unit_method: how minutes become units.
        timed_pool: whose timed minutes are added up.
        assistant_rule: when a unit counts as the assistant's.
        assistant_test: the arithmetic of the 10 percent test.
        discipline_modifiers: whether lines carry GP, GO or GN.
    """

    date_of_service: date
    policy: Policy
    carried_forward: bool
    rules_day: date
    catalogue: Catalogue = field(eq=False)
    parameters: Mapping[str, Dated[Any]] = field(eq=False)
    unit_method: UnitMethod = field(init=False, eq=False, default=_decided("unit_method"))
    timed_pool: TimedPool = field(init=False, eq=False, default=_decided("timed_pool"))
    assistant_rule: AssistantRule = field(init=False, eq=False, default=_decided("assistant_rule"))
    assistant_test: DeMinimis = field(init=False, eq=False, default=_decided("assistant_test"))
    discipline_modifiers: bool = field(init=False, eq=False, default=_decided("discipline_modifiers"))
    _known: dict[str, CodeFacts] = field(factory=dict, init=False, eq=False)
    _rules: dict[str, Rule] = field(factory=dict, init=False, eq=False)
    _kept: dict[object, Any] = field(factory=dict, init=False, eq=False)

    def __repr__(self) -> str:
        """
        Day and policy.
        """
        carried = ", carried forward" if self.carried_forward else ""
        return f"<RuleSet {self.policy.id} on {self.date_of_service}{carried}>"

    @property
    def year(self) -> Year:
        """
        The amounts of the calendar year.
        """
        return self.catalogue.year(self.rules_day.year)

    def code(self, code: str) -> CodeFacts:
        """
        The facts of a code on this day.

        Raises:
            InvalidInputError, UnknownCodeError, CodeNotInForceError, DateNotCoveredError: as `lookup` and `Code.on`.
        """
        try:
            return self._known[code]
        except (KeyError, TypeError):
            pass
        return self._known.setdefault(code, self.catalogue.lookup(code).on(self.rules_day))

    def unit(self, code: str) -> UnitRule:
        """
        What one unit of a code is on this day.

        Raises:
            DataError: the data do not say.
            UnknownCodeError, CodeNotInForceError, DateNotCoveredError: as `code`.
        """
        unit = self.code(code).unit
        if unit is None:
            raise DataError([f"codes/{code}.toml: named as part of a chain without saying what it counts @ facts.unit"])
        return unit

    def rule(self, name: str) -> Rule:
        """
        The wording of a rule on this day, by its id.
        """
        known = self._rules.get(name)
        return known or self._rules.setdefault(name, self.catalogue.rule(name, self.rules_day))

    def kept(self, key: object, make: Callable[[], T]) -> T:
        """
        What was made of these rules before under this key, or what is made now.
        """
        found = self._kept.get(key)
        if found is None:
            found = self._kept.setdefault(key, make())
        made: T = found
        return made

    def requirements(self, note_type: str) -> tuple[Requirement, ...]:
        """
        What this policy asks of a kind of document on this day.
        """
        kind = checked_choice(NoteType, note_type, "note_type")
        return self.kept(("requirements", kind), lambda: self._requirements(kind))

    def _requirements(self, kind: NoteType) -> tuple[Requirement, ...]:
        sets = self.parameters["documentation_sets"].value
        every = (requirement for name in sets for requirement in self.catalogue.requirement_set(name).requirements)
        return tuple(
            requirement
            for requirement in every
            if self.rules_day in Period(requirement.effective_from, requirement.effective_through)
            and (not requirement.documents or kind in requirement.documents)
        )

    @property
    def episode_requirements(self) -> tuple[Requirement, ...]:
        """
        What this policy asks of the documents of an episode together, whenever it came into force.

        The first treatment day of an episode decides which of them hold, not the day of these rules.
        """
        return self.kept("episode", lambda: tuple(self._episode_requirements()))

    def _episode_requirements(self) -> Iterator[Requirement]:
        for name in self.parameters["documentation_sets"].value:
            every = self.catalogue.requirement_set(name).requirements
            yield from (requirement for requirement in every if requirement.over_episode is not None)
