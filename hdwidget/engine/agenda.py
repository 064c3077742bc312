"""What an experiment is to evaluate next, and what counts toward its budget."""

from collections import deque
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from hdwidget.curves import LearningCurves, PrimaryMetricGoal
from hdwidget.engine.earlier import Adopted
from hdwidget.engine.history import History
from hdwidget.engine.proposing import Proposer, proposer_for
from hdwidget.engine.trial import Trial
from hdwidget.errors import SpaceError
from hdwidget.samplers import Explanation, Observation, Sampler

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
    adopted : Adopted or None
        The run of another experiment that it goes on with.
    """

    params: dict[str, object]
    proposal: int | None = None
    explanation: Explanation | None = None
    repeats: Trial | None = None
    request: int | None = None
    adopted: Adopted | None = None


class Agenda:
    """What is to come: runs to go on with, trials to repeat, wishes, then the sampler's proposals.

    Owned by the engine's loop.

    Parameters
    ----------
    sampler : Sampler
        What is asked for configurations.
    curves : LearningCurves
        Of the trials.
    earlier : sequence of Observation
        What other experiments have found; the sampler repeats none of it.

    Attributes
    ----------
    trials : list of Trial
        Those that count toward the budget, as the sampler sees them: one that is repeated counts
        once.
    resumed : deque of (Trial, int or None)
        Runs that go on, ready to be evaluated, and the requests that asked for it.
    space_version : int
        How often the space has been changed.
    """

    def __init__(
        self, sampler: Sampler, curves: LearningCurves, earlier: Sequence[Observation] = ()
    ) -> None:
        self.trials: list[Trial] = []
        self.history = History(self.trials, curves, earlier)
        self.resumed: deque[tuple[Trial, int | None]] = deque()
        self.space_version = 0
        self._space = sampler.space
        self._proposer = proposer_for(sampler)
        self._retired: list[Proposer] = []
        self._repeats: deque[Trial] = deque()
        self._wishes: deque[Assignment] = deque()
        self._proposals = 0
        self._foreign: set[Hashable] = set()
        self._exhausted = False
        for observation in earlier:
            self._exclude(observation.params)

    def has_next(self, budget: int) -> bool:
        """Tell whether there is anything to evaluate within a budget of so many runs."""
        is_more = self._repeats or self._wishes or not self._exhausted
        return bool(self.resumed or (is_more and len(self.trials) < budget))

    def repeat(self, trial: Trial) -> None:
        """Have a trial evaluated once more, in a new run."""
        self.trials.remove(trial)
        self._repeats.append(trial)

    def resume(self, ended: Trial, resumed: Trial, request: int | None) -> None:
        """Have a run go on; it counts as it has counted."""
        self.trials[self.trials.index(ended)] = resumed
        self.resumed.append((resumed, request))

    def wish(self, params: dict[str, object], request: int, adopted: Adopted | None = None) -> None:
        """Have a configuration evaluated that a person has asked for."""
        self._wishes.append(Assignment(params, request=request, adopted=adopted))
        self._exclude(params)

    def add(self, trial: Trial, space_version: int) -> None:
        """Count a run; the sampler goes on after its proposal, if it was one of this space."""
        self.trials.append(trial)
        if trial.proposal is not None and space_version == self.space_version:
            self._proposals = max(self._proposals, trial.proposal + 1)
        else:
            self._exclude(trial.spec.params)

    def noted(self, assigned: Assignment, goal: PrimaryMetricGoal) -> dict[str, object]:
        """Return what a new run's properties are to say of where it comes from."""
        properties: dict[str, object] = {}
        if assigned.explanation is not None:
            properties["proposal"] = assigned.explanation.to_json(goal)
        if assigned.repeats is not None:
            properties["repeats"] = assigned.repeats.spec.run_id
            properties["retries"] = assigned.repeats.retries
        if assigned.adopted is not None:
            properties["resumes"] = assigned.adopted.record.id
        elif assigned.request is not None:
            properties["enqueued"] = True
        if self.space_version:
            properties["space_version"] = self.space_version
        return properties

    def change_space(self, sampler: Sampler) -> None:
        """Ask another sampler from now on; what has been evaluated is not proposed again.

        A finite space is gone through from its beginning. The points of an infinite one go on,
        since its first ones are near those that were first before.
        """
        self._proposer.stop()
        self._retired.append(self._proposer)
        self._proposer = proposer_for(sampler)
        self._space = sampler.space
        self.space_version += 1
        self._exhausted = False
        if sampler.space.size is not None:
            self._proposals = 0
        for trial in self.trials:
            self._exclude(trial.spec.params)

    def stop(self) -> None:
        """Propose nothing more."""
        self._proposer.stop()

    async def close(self) -> None:
        """Release what the samplers hold."""
        for proposer in (*self._retired, self._proposer):
            await proposer.close()

    async def next(self) -> Assignment | None:
        """Return what a new run is to evaluate, None if there is nothing more."""
        if self._repeats:
            trial = self._repeats.popleft()
            return Assignment(dict(trial.spec.params), trial.proposal, repeats=trial)
        if self._wishes:
            return self._wishes.popleft()
        # What is foreign can come up that often in a row, unless the sampler insists.
        for _ in range(len(self._foreign) + 1):
            asked, index = self._proposer, self._proposals
            proposal = await asked.propose(index, self.history)
            if asked is not self._proposer:  # meanwhile the space has changed
                return await self.next()
            if proposal is None:
                break
            self._proposals += 1
            if not self._foreign or self._space.key(proposal.params) not in self._foreign:
                return Assignment(proposal.params, index, proposal.explanation)
        self._exhausted = True
        return None

    def _exclude(self, params: Mapping[str, object]) -> None:
        """Keep the sampler from proposing a configuration; one of another space it never would."""
        try:
            self._foreign.add(self._space.key(params))
        except SpaceError:
            return
