"""
The rules of one day under one policy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from attrs import Factory, evolve, field, frozen

from .code import CodeFacts, UnitRule
from .errors import CodeNotInForceError, DataError, DateNotCoveredError, InvalidInputError
from .evidence import Citation, Dated, Standing
from .frozenmap import FrozenMap
from .inputs import checked_choice
from .modifier import Modifier
from .periods import Period, entry_on
from .policy import AssistantRule, DeMinimis, EditSeverity, Policy, Rule, TimedPool, UnitMethod
from .requirement import NoteType, Requirement


if TYPE_CHECKING:
    from .catalogue import Catalogue
    from .year import Year


T = TypeVar("T")


class Ground(NamedTuple):
    """
    What a step of an answer rests on: the citations, and whether no source settles it.
    """

    citations: tuple[Citation, ...]
    unsettled: bool


_UNSETTLED = frozenset({Standing.UNCONFIRMED, Standing.DISPUTED})


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
        chosen: what the caller decided instead of the policy, as pairs of name and value.
        parameters: what the policy decides that day: name -> dated entry with its citations.
        unit_method: how minutes become units.
        timed_pool: whose timed minutes are added up.
        assistant_rule: when a unit counts as the assistant's.
        assistant_test: the arithmetic of the 10 percent test.
        discipline_modifiers: whether lines carry GP, GO or GN.
        attested_modifiers: the modifiers with which lines state what the caller attests, the preferred ones first.
        yearly_thresholds: whether the yearly thresholds of allowed amounts apply.
    """

    date_of_service: date
    policy: Policy
    carried_forward: bool
    rules_day: date
    chosen: tuple[tuple[str, str], ...] = ()
    catalogue: Catalogue = field(eq=False)
    parameters: Mapping[str, Dated[Any]] = field(eq=False)
    unit_method: UnitMethod = field(init=False, eq=False, default=_decided("unit_method"))
    timed_pool: TimedPool = field(init=False, eq=False, default=_decided("timed_pool"))
    assistant_rule: AssistantRule = field(init=False, eq=False, default=_decided("assistant_rule"))
    assistant_test: DeMinimis = field(init=False, eq=False, default=_decided("assistant_test"))
    discipline_modifiers: bool = field(init=False, eq=False, default=_decided("discipline_modifiers"))
    attested_modifiers: tuple[str, ...] = field(init=False, eq=False, default=_decided("attested_modifiers"))
    yearly_thresholds: bool = field(init=False, eq=False, default=_decided("yearly_thresholds"))
    _known: dict[str, CodeFacts] = field(factory=dict, init=False, eq=False)
    _rules: dict[str, Rule] = field(factory=dict, init=False, eq=False)
    _grounds: dict[tuple[str, str | None], Ground] = field(factory=dict, init=False, eq=False)
    _modifiers: dict[str, Modifier | None] = field(factory=dict, init=False, eq=False)
    _kept: dict[object, Any] = field(factory=dict, init=False, eq=False)

    def __repr__(self) -> str:
        """
        Day and policy.
        """
        carried = ", carried forward" if self.carried_forward else ""
        chosen = "".join(f", {name}={value}" for name, value in self.chosen)
        return f"<RuleSet {self.policy.id} on {self.date_of_service}{carried}{chosen}>"

    def choosing(
        self,
        *,
        unit_method: str | None = None,
        timed_pool: str | None = None,
        assistant_rule: str | None = None,
        assistant_test: str | None = None,
    ) -> RuleSet:
        """
        The same rules with choices of the caller's own, each instead of what the policy decides.

        What the caller decides has no source: the entries are marked `unconfirmed`.

        Args:
            unit_method: how minutes become units, such as `"midpoint"`.
            timed_pool: whose timed minutes are added up, `"discipline"` or `"day"`.
            assistant_rule: when a unit counts as the assistant's.
            assistant_test: the arithmetic of the 10 percent test, `"percentage"` or `"simple"`.

        Raises:
            InvalidInputError: not one of the known values.

        Example:
            >>> import therapycodes as tc
            >>> tc.rules_on("2026-03-02").choosing(timed_pool="day")
            <RuleSet medicare-part-b on 2026-03-02, timed_pool=day>
        """
        asked = {
            "unit_method": (UnitMethod, unit_method),
            "timed_pool": (TimedPool, timed_pool),
            "assistant_rule": (AssistantRule, assistant_rule),
            "assistant_test": (DeMinimis, assistant_test),
        }
        wanted = {name: checked_choice(kind, given, name) for name, (kind, given) in asked.items() if given is not None}
        if not wanted:
            raise InvalidInputError("choosing", "nothing is chosen", "name at least one choice")
        parameters = {name: self._chosen(name, wanted.get(name)) for name in self.parameters}
        chosen = tuple(sorted({**dict(self.chosen), **{name: str(value) for name, value in wanted.items()}}.items()))
        return evolve(self, parameters=FrozenMap(parameters), chosen=chosen)

    def _chosen(self, name: str, value: object) -> Dated[Any]:
        entry = self.parameters[name]
        if value is None:
            return entry
        note = "Chosen by the caller instead of what the policy decides."
        return evolve(entry, value=value, standing=Standing.UNCONFIRMED, note=note)

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

    def code_if_in_force(self, code: str) -> CodeFacts | None:
        """
        The facts of a code on this day; `None` where the catalogue knows none in force.
        """
        try:
            return self._known[code]
        except KeyError:
            pass
        if code not in self.catalogue.code_names:
            return None
        try:
            return self.code(code)
        except (CodeNotInForceError, DateNotCoveredError):
            return None

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

    def ground(self, name: str, parameter: str | None = None) -> Ground:
        """
        What a rule rests on; where the policy chose the rule, what the choice rests on as well.

        Args:
            name: id of the rule.
            parameter: what of the policy chose it, such as `"unit_method"`: its document is cited beside the rule's,
                and its standing is the one that counts.
        """
        key = (name, parameter)
        known = self._grounds.get(key)
        return known or self._grounds.setdefault(key, self._ground(name, parameter))

    def _ground(self, name: str, parameter: str | None) -> Ground:
        rule = self.rule(name)
        if parameter is None:
            return Ground(rule.citations, rule.standing in _UNSETTLED)
        entry = self.parameters[parameter]
        known = {citation.source.id for citation in rule.citations}
        further = tuple(citation for citation in entry.citations if citation.source.id not in known)
        own = rule.citations if rule.standing not in _UNSETTLED else ()
        return Ground((*own, *further) or entry.citations, entry.standing in _UNSETTLED)

    def has_rule(self, name: str) -> bool:
        """
        Whether a rule is in force on this day.
        """
        return name in self._rules or entry_on(self.catalogue.rule_timeline(name), self.rules_day) is not None

    def modifier(self, modifier: str) -> Modifier | None:
        """
        What a modifier says on this day; `None` where the data hold none in force.
        """
        try:
            return self._modifiers[modifier]
        except KeyError:
            found = entry_on(self.catalogue.modifier_timeline(modifier), self.rules_day)
            return self._modifiers.setdefault(modifier, found)

    def answers(self, topic: str) -> dict[Any, Any]:
        """
        A place to keep what was found under these rules, so that it is found once.
        """
        return self.kept(topic, dict[Any, Any])

    def weight(self, rule: str) -> EditSeverity:
        """
        How heavily a check of claim lines weighs under this policy; off where no policy names it.
        """
        known = self.kept("weight of a rule", self._weights)
        return known.get(rule, EditSeverity.OFF)

    def _weights(self) -> dict[str, EditSeverity]:
        return {one.rule: one.severity for one in self.parameters["edits"].value}

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
