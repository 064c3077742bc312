"""What an experiment is to evaluate next, and what counts toward its budget."""

from collections import deque
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from hdwidget.curves import PrimaryMetricGoal
from hdwidget.engine.history import History
from hdwidget.engine.proposing import Proposer, proposer_for
from hdwidget.engine.trial import Trial
from hdwidget.errors import SpaceError
from hdwidget.samplers import Explanation, Sampler
from hdwidget.space import SearchSpace

__all__ = ["Agenda", "Assignment"]


@dataclass(frozen=True)
class Assignment:
    """A configuration to evaluate in a new run.

    Attributes
    ----------
    params : dict
        The configuration.
    proposal : int or None
        Which of the sampler's proposals it is, None if it is not the sampler's.
    explanation : Explanation or None
        Why the sampler proposed it.
    repeats : Trial or None
        The trial that it is to be evaluated for again, and which no longer counts.
    request : int or None
        The request that asked for it.
    """

    params: dict[str, object]
    proposal: int | None = None
    explanation: Explanation | None = None
    repeats: Trial | None = None
    request: int | None = None


@dataclass
class Agenda:
    """What is to come: runs to go on with, trials to repeat, wishes, then the sampler's proposals.

    Owned by the engine's loop.

    Attributes
    ----------
    proposer : Proposer
        Asks the sampler.
    trials : list of Trial
        Those that count toward the budget: one that is repeated only once. Shared with `history`.
    history : History
        The same trials, as the sampler sees them.
    resumed : deque of Trial
        Runs that go on, ready to be evaluated.
    space_version : int
        How often the space has been changed.
    """

    proposer: Proposer
    trials: list[Trial]
    history: History
    resumed: deque[Trial] = field(default_factory=deque[Trial])
    space_version: int = 0
    retired: list[Proposer] = field(default_factory=list[Proposer])
    _repeats: deque[Trial] = field(default_factory=deque[Trial])
    _wishes: deque[Assignment] = field(default_factory=deque[Assignment])
    _proposals: int = 0
    _foreign: set[Hashable] = field(default_factory=set[Hashable])
    _exhausted: bool = False

    def has_next(self, budget: int) -> bool:
        """Tell whether there is anything to evaluate within a budget of so many runs."""
        if self.resumed or self._repeats:
            return True
        return len(self.trials) < budget and (bool(self._wishes) or not self._exhausted)

    def repeat(self, trial: Trial) -> None:
        """Have a trial evaluated once more, in a new run."""
        self.trials.remove(trial)
        self._repeats.append(trial)

    def resume(self, ended: Trial, resumed: Trial) -> None:
        """Have a run go on; it counts as it has counted."""
        self.trials[self.trials.index(ended)] = resumed
        self.resumed.append(resumed)

    def wish(self, params: dict[str, object], space: SearchSpace, request: int) -> None:
        """Have a configuration evaluated that a person has asked for."""
        self._wishes.append(Assignment(params, request=request))
        self.exclude(params, space)

    def exclude(self, params: Mapping[str, object], space: SearchSpace) -> None:
        """Keep the sampler from proposing a configuration; one of another space it never would."""
        try:
            self._foreign.add(space.key(params))
        except SpaceError:
            return

    def add(self, trial: Trial, space_version: int) -> None:
        """Count a run; the sampler goes on after its proposal, if it was one of this space."""
        self.trials.append(trial)
        if trial.proposal is not None and space_version == self.space_version:
            self._proposals = max(self._proposals, trial.proposal + 1)

    def noted(self, assigned: Assignment, goal: PrimaryMetricGoal) -> dict[str, object]:
        """Return what a new run's properties are to say of where it comes from."""
        properties: dict[str, object] = {}
        if assigned.explanation is not None:
            properties["proposal"] = assigned.explanation.to_json(goal)
        if assigned.repeats is not None:
            properties["repeats"] = assigned.repeats.spec.run_id
        if assigned.request is not None:
            properties["enqueued"] = True
        if self.space_version:
            properties["space_version"] = self.space_version
        return properties

    def change_space(self, sampler: Sampler) -> int:
        """Ask another sampler from now on, and return the new space's version.

        What has been evaluated is not proposed again. A finite space is gone through from its
        beginning; the points of an infinite one go on, as its first ones are near those of before.
        """
        self.proposer.stop()
        self.retired.append(self.proposer)
        self.proposer = proposer_for(sampler)
        self.space_version += 1
        self._exhausted = False
        if sampler.space.size is not None:
            self._proposals = 0
        for trial in self.trials:
            self.exclude(trial.spec.params, sampler.space)
        return self.space_version

    async def close(self) -> None:
        """Release what the samplers hold."""
        for proposer in (*self.retired, self.proposer):
            await proposer.close()

    async def next(self, space: SearchSpace) -> Assignment | None:
        """Return what a new run is to evaluate, None if there is nothing more."""
        if self._repeats:
            trial = self._repeats.popleft()
            return Assignment(dict(trial.spec.params), trial.proposal, repeats=trial)
        if self._wishes:
            return self._wishes.popleft()
        # What is foreign can come up that often in a row, unless the sampler insists.
        for _ in range(len(self._foreign) + 1):
            index = self._proposals
            proposal = await self.proposer.propose(index, self.history)
            if proposal is None:
                self._exhausted = True
                return None
            self._proposals += 1
            if not self._foreign or space.key(proposal.params) not in self._foreign:
                break
        else:
            self._exhausted = True
            return None
        return Assignment(proposal.params, index, proposal.explanation)
