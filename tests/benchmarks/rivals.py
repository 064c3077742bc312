"""Other people's samplers, asked and told as their users do it."""

import math
from collections.abc import Callable

from hdwidget.space import (
    Dimension,
    SearchSpace,
    choice,
    lognormal,
    loguniform,
    normal,
    qlognormal,
    qloguniform,
    qnormal,
    quniform,
    randint,
    uniform,
)

__all__ = ["Hyperopt", "Optuna", "Skopt"]


class Optuna:
    """A study: floats on their own scale, whole numbers, categories; branches as it names them."""

    def __init__(self, space: SearchSpace, make_sampler: Callable[..., object]) -> None:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._space = space
        self._failed = optuna.trial.TrialState.FAIL
        self._study = optuna.create_study(sampler=make_sampler(optuna.samplers))

    def ask(self):
        trial = self._study.ask()
        return trial, _configuration(self._space, lambda d: self._suggested(trial, d))

    def tell(self, token, loss):
        if math.isnan(loss):
            self._study.tell(token, state=self._failed)
        else:
            self._study.tell(token, loss)

    def _suggested(self, trial, dimension):
        name, e = dimension.name, dimension.expression
        match e:
            case choice():
                return trial.suggest_categorical(name, list(range(len(e.labels))))
            case uniform():
                return trial.suggest_float(name, e.low, e.high)
            case qloguniform(q=1) if e.at(0) >= 1:
                return trial.suggest_int(name, e.at(0), e.at(e.size - 1), log=True)
            case loguniform() | qloguniform():
                return trial.suggest_float(name, math.exp(e.low), math.exp(e.high), log=True)
            case randint() | quniform():
                return e.at(trial.suggest_int(name, 0, e.size - 1))
            case _:  # it has no normal distribution: the quantile
                return e.decode(trial.suggest_float(name, 0.0, 1.0))


class Hyperopt:
    """hyperopt's TPE, whose expressions are HyperDrive's."""

    def __init__(self, space: SearchSpace, seed: int) -> None:
        import hyperopt
        import numpy as np

        self._space, self._hyperopt = space, hyperopt
        self._rng = np.random.default_rng(seed)
        self._trials = hyperopt.Trials()
        self._domain = hyperopt.Domain(lambda _: 0.0, self._dict(None))

    def ask(self):
        (number,) = self._trials.new_trial_ids(1)
        seed = int(self._rng.integers(2**31 - 1))
        documents = self._hyperopt.tpe.suggest([number], self._domain, self._trials, seed)
        self._trials.insert_trial_docs(documents)
        self._trials.refresh()
        document = self._trials._dynamic_trials[-1]
        values = document["misc"]["vals"]
        return document, _configuration(self._space, lambda d: values[d.name][0])

    def tell(self, token, loss):
        token["state"] = self._hyperopt.JOB_STATE_DONE
        token["result"] = (
            {"status": self._hyperopt.STATUS_FAIL}
            if math.isnan(loss)
            else {"status": self._hyperopt.STATUS_OK, "loss": loss}
        )
        self._trials.refresh()

    def _dict(self, condition):
        """Return what is active at the top or under an option."""
        return {
            dimension.name: self._expression(dimension)
            for dimension in self._space.dimensions
            if dimension.condition == condition
        }

    def _expression(self, dimension):
        hp, name, e = self._hyperopt.hp, dimension.name, dimension.expression
        if isinstance(e, choice):
            nested = [d.condition for d in self._space.dimensions if d.condition]
            return hp.choice(
                name,
                [
                    self._dict(here[0]) if here else i
                    for i in range(len(e.labels))
                    for here in [[c for c in nested if c.dimension == name and c.option == i]]
                ],
            )
        return getattr(hp, type(e).__name__)(name, *e.arguments().values())


class Skopt:
    """scikit-optimize's Gaussian process; it knows no conditions and no failures."""

    def __init__(self, space: SearchSpace, seed: int) -> None:
        import skopt

        self._space, self._kinds = space, skopt.space
        self._optimizer = skopt.Optimizer(
            [self._dimension(d) for d in space.dimensions], random_state=seed
        )
        self._worst = 1.0

    def ask(self):
        point = self._optimizer.ask()
        values = dict(zip((d.name for d in self._space.dimensions), point, strict=True))
        return point, _configuration(self._space, lambda d: self._value(d, values[d.name]))

    def tell(self, token, loss):
        if not math.isnan(loss):
            losses = [*self._optimizer.yi, loss]
            self._worst = max(losses)
        self._optimizer.tell(token, self._worst if math.isnan(loss) else loss)

    def _dimension(self, dimension):
        kinds, e = self._kinds, dimension.expression
        match e:
            case choice():
                return kinds.Categorical(list(range(len(e.labels))))
            case uniform():
                return kinds.Real(e.low, e.high)
            case qloguniform(q=1) if e.at(0) >= 1:
                return kinds.Integer(e.at(0), e.at(e.size - 1), prior="log-uniform")
            case loguniform() | qloguniform():
                return kinds.Real(math.exp(e.low), math.exp(e.high), prior="log-uniform")
            case randint() | quniform():
                return kinds.Integer(0, e.size - 1)
            case _:
                return kinds.Real(0.0, 1.0)

    @staticmethod
    def _value(dimension, value):
        match dimension.expression:
            case quniform() as e:
                return e.at(int(value))
            case normal() | lognormal() | qnormal() | qlognormal() as e:
                return e.decode(float(value))
            case choice() | randint():
                return int(value)
            case _:
                return float(value)


def _configuration(
    space: SearchSpace, value_of: Callable[[Dimension], object]
) -> dict[str, object]:
    """Return the configuration with these values, an option's number for a choice.

    Only active dimensions are asked for, in their order.
    """
    point: list[float] = []
    taken: dict[str, int] = {}
    for dimension in space.dimensions:
        name, e, condition = dimension.name, dimension.expression, dimension.condition
        if condition is not None and taken.get(condition.dimension) != condition.option:
            point.append(0.5)
        elif isinstance(e, choice):
            taken[name] = int(value_of(dimension))
            point.append((taken[name] + 0.5) / len(e.labels))
        else:
            point.append(e.encode(value_of(dimension)))
    return space.decode(point)
