"""The search space: a name and an expression for every hyperparameter."""

from collections.abc import Hashable, Iterator, Mapping
from functools import cached_property
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hdwidget.checks import nearest
from hdwidget.errors import SpaceError
from hdwidget.shown import shown
from hdwidget.space.expression import Dimension, Expression
from hdwidget.space.record import expression_from_json
from hdwidget.space.template import Template
from hdwidget.space.values import is_items

__all__ = ["SearchSpace"]


class SearchSpace(Mapping[str, Expression]):
    """What is searched: an immutable mapping of parameter names to expressions, in order.

    A *configuration* is a dict with a value for each name. It is encoded to a point of the unit
    cube with a coordinate for each of the `dimensions`: the expressions, and those nested in the
    options of a choice.

    Parameters
    ----------
    parameters
        Expressions by name. Dashes before a name are dropped: ``"--learning_rate"``, as people
        write it for scripts, is ``"learning_rate"``.

    Attributes
    ----------
    options : dict of str to str
        The option that each parameter is for a script: ``"--learning_rate"``, or ``"-l"`` where
        it was given so.

    Raises
    ------
    SpaceError
        If there is no parameter, two names are the same, or a value is no expression.

    Examples
    --------
    >>> from hdwidget.space import choice, uniform
    >>> space = SearchSpace({"--lr": uniform(0.0, 0.2), "units": choice(16, 32)})
    >>> space.decode([0.5, 0.9])
    {'lr': 0.1, 'units': 32}
    >>> space.encode({"lr": 0.1, "units": 32})
    array([0.5 , 0.75])
    """

    def __init__(self, parameters: Mapping[str, Expression]) -> None:
        if isinstance(parameters, SearchSpace):
            parameters = parameters.written
        self._expressions = _checked(parameters)
        self.options = {_name(key): _option(key) for key in parameters}
        self._template = Template(self._expressions)

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters' names, in order."""
        return tuple(self._expressions)

    @property
    def written(self) -> dict[str, Expression]:
        """The expressions by the options that they are for a script."""
        return {self.options[name]: expression for name, expression in self._expressions.items()}

    @cached_property
    def dimensions(self) -> tuple[Dimension, ...]:
        """The coordinates of an encoded configuration, nested ones after their choice."""
        return tuple(self._template.dimensions(""))

    @property
    def size(self) -> int | None:
        """How many distinct configurations there are, None when they are infinitely many."""
        return self._template.size

    def sample(self, rng: np.random.Generator) -> dict[str, object]:
        """Draw one configuration.

        Parameters
        ----------
        rng
            The source of randomness; one number per dimension is taken from it.
        """
        return self._template.decode_point(rng.random(self._template.width).tolist())

    def encode(self, params: Mapping[str, object]) -> NDArray[np.float64]:
        """Return the point of the unit cube for a configuration.

        Parameters
        ----------
        params
            A configuration; a number outside its bounds counts as the nearest bound.

        Returns
        -------
        ndarray
            `(d,)` float64 in [0, 1], `d` the number of `dimensions`; NaN for those nested in an
            option that is not taken.

        Raises
        ------
        SpaceError
            If a name is missing or unknown, or a value is of another kind than its expression.
        """
        self._check_names(params)
        return np.array(self._template.encode_point(dict(params)))

    def axis_point(self, params: Mapping[str, object]) -> NDArray[np.float64]:
        """Return a configuration as a number for each dimension, as a chart's axes show it.

        Parameters
        ----------
        params
            A configuration; its numbers may be outside their bounds.

        Returns
        -------
        ndarray
            `(d,)` float64: a number as it is, for a choice the index of the option, counting equal
            ones once; NaN for the dimensions nested in an option that is not taken.

        Raises
        ------
        SpaceError
            If a name is missing or unknown, or a value is of another kind than its expression.
        """
        self._check_names(params)
        return np.array(self._template.axis_point(dict(params)))

    def from_axis(self, point: ArrayLike) -> dict[str, object]:
        """Return the configuration that has these numbers on a chart's axes; see `axis_point`.

        Parameters
        ----------
        point
            `(d,)` float64, as `axis_point` gives them; those of options that are not taken may be
            anything.

        Returns
        -------
        dict
            Its numbers may be outside their bounds: `validate` tells.

        Examples
        --------
        >>> from hdwidget.space import choice, uniform
        >>> space = SearchSpace({"lr": uniform(0.0, 0.2), "units": choice(16, 32)})
        >>> space.from_axis([0.05, 1])
        {'lr': 0.05, 'units': 32}
        """
        return self._template.from_axis(np.asarray(point, dtype=np.float64).tolist())

    def decode(self, point: ArrayLike) -> dict[str, object]:
        """Return the configuration at a point of the unit cube, the inverse of `encode`.

        Parameters
        ----------
        point
            `(d,)` numbers in [0, 1]; those of options that are not taken may be anything.

        Raises
        ------
        SpaceError
            If the point has another shape, or a coordinate that counts is outside [0, 1].
        """
        coordinates = np.asarray(point, dtype=np.float64)
        if coordinates.shape != (self._template.width,):
            msg = (
                f"`point` must have the shape ({self._template.width},), a number for each "
                f"dimension, but got the shape {coordinates.shape}."
            )
            raise SpaceError(msg)
        return self._template.decode_point(coordinates.tolist())

    def at(self, index: int) -> dict[str, object]:
        """Return the distinct configuration number `index`; the last name varies fastest.

        Raises
        ------
        SpaceError
            If the configurations are infinitely many.
        IndexError
            If `index` is not in ``range(size)``.
        """
        if not 0 <= index < self._finite_size():
            msg = f"`0 <= index < {self.size}` must hold, but got index={index}."
            raise IndexError(msg)
        return self._template.at(index)

    def enumerate(self) -> Iterator[dict[str, object]]:
        """Yield every distinct configuration once, in the order of `at`.

        Raises
        ------
        SpaceError
            If the configurations are infinitely many.
        """
        return map(self._template.at, range(self._finite_size()))

    def probabilities(self) -> NDArray[np.float64]:
        """Return the probability of each distinct configuration, `(size,)`, in the order of `at`.

        Raises
        ------
        SpaceError
            If the configurations are infinitely many.
        """
        self._finite_size()
        return self._template.probabilities()

    def validate(self, params: Mapping[str, object]) -> None:
        """Check that `params` is a configuration of this space.

        Raises
        ------
        SpaceError
            Naming the first parameter that is missing, unknown or outside its expression.
        """
        self._check_names(params)
        problem = self._template.problem("", dict(params))
        if problem is not None:
            raise SpaceError(problem)

    def contains(self, params: Mapping[str, object]) -> bool:
        """Tell whether `params` is a configuration of this space."""
        try:
            self.validate(params)
        except SpaceError:
            return False
        return True

    def recall(self, params: Mapping[str, object]) -> dict[str, object]:
        """Return the configuration that the record holds as `params`.

        What JSON cannot hold stands there as a text, and a tuple as a list; the options of a
        choice come back as they are in the space.

        Raises
        ------
        SpaceError
            If a name is missing or unknown, or a value is of another kind than its expression.

        Examples
        --------
        >>> from hdwidget.space import choice
        >>> SearchSpace({"layers": choice((50, 50), (100,))}).recall({"layers": [50, 50]})
        {'layers': (50, 50)}
        """
        self._check_names(params)
        return self._template.recall(dict(params))

    def key(self, params: Mapping[str, object]) -> Hashable:
        """Return what is equal for configurations that are the same.

        Numbers are the same by value, whatever their type, and on a grid when they round to the
        same multiple; options of a choice by value and type.

        Raises
        ------
        SpaceError
            If a name is missing or unknown, or a value is of another kind than its expression.
        """
        self._check_names(params)
        return self._template.key(dict(params))

    def to_json(self) -> dict[str, object]:
        """Return the space as JSON holds it: each expression's form by name, in order.

        Instead of the name there is the option for a script, where that is not ``--name``.
        """
        return {
            name if self.options[name] == f"--{name}" else self.options[name]: expression.to_json()
            for name, expression in self._expressions.items()
        }

    @classmethod
    def from_json(cls, written: Mapping[str, object]) -> "SearchSpace":
        """Read what `to_json` wrote; options that JSON cannot hold are their text.

        Raises
        ------
        SpaceError
            If it is not the form of a space.
        """
        if not isinstance(written, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]  # it is of a file
            msg = f"A space must be written as a dict of forms by name, but got {shown(written)}."
            raise SpaceError(msg)
        return cls({name: expression_from_json(form) for name, form in written.items()})

    def __getitem__(self, name: str) -> Expression:
        return self._expressions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._expressions)

    def __len__(self) -> int:
        return len(self._expressions)

    # The order counts, because it decides what a point of the unit cube means.
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SearchSpace):
            return NotImplemented
        return list(self.items()) == list(other.items())

    def __hash__(self) -> int:
        return hash(tuple(self.items()))

    def __repr__(self) -> str:
        return f"SearchSpace({self._expressions!r})"

    def __reduce__(self) -> tuple[type["SearchSpace"], tuple[dict[str, Expression]]]:
        return SearchSpace, (self.written,)

    def _finite_size(self) -> int:
        if self.size is None:
            infinite = ", ".join(n for n, e in self._expressions.items() if e.size is None)
            msg = (
                f"Only a finite space can be enumerated, but {infinite} has infinitely many values."
            )
            raise SpaceError(msg)
        return self.size

    def _check_names(self, params: Mapping[str, object]) -> None:
        if not isinstance(params, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
            msg = f"A configuration must be a dict of values by name, but got {shown(params)}."
            raise SpaceError(msg)
        for name in self._expressions:
            if name not in params:
                got = shown(dict(params))
                msg = f"A configuration must have a value for `{name}`, but got {got}."
                raise SpaceError(msg)
        for name in params:
            if name not in self._expressions:
                msg = (
                    f"`{name}` is no parameter of the space.{nearest(name, self.names)} "
                    f"Its parameters are {', '.join(self.names)}."
                )
                raise SpaceError(msg)


def _checked(parameters: object) -> dict[str, Expression]:
    """Return the expressions by the names that functions see."""
    if not isinstance(parameters, Mapping):
        msg = (
            "A search space must be a dict of expressions by parameter name, such as "
            f"{{'units': choice(16, 32)}}, but got {shown(parameters)}."
        )
        raise SpaceError(msg)
    if not parameters:
        msg = "A search space must have at least one parameter, but got an empty dict."
        raise SpaceError(msg)
    expressions: dict[str, Expression] = {}
    written: dict[str, str] = {}
    for key, expression in cast("Mapping[object, object]", parameters).items():
        name = _name(key)
        keyword = name.replace("-", "_")  # what a function gets it by
        if keyword in written:
            msg = (
                f"`{written[keyword]}` and `{key}` are both the parameter `{keyword}`. "
                "Keep one of them, or rename it."
            )
            raise SpaceError(msg)
        written[keyword] = str(key)
        expressions[name] = _expression(name, expression)
    return expressions


def _option(key: str) -> str:
    return key if key.startswith("-") else f"--{key}"


def _name(key: object) -> str:
    name = key.lstrip("-") if isinstance(key, str) else ""
    if not name.strip():
        msg = f"A parameter's name must be a text that is not empty, but got {shown(key)}."
        raise SpaceError(msg)
    return name


def _expression(name: str, value: object) -> Expression:
    if isinstance(value, Expression):
        return value
    options = value if is_items(value) or isinstance(value, range) else [value]
    msg = (
        f"`{name}` must be a parameter expression, but got {name}={shown(value)}. "
        f"Write choice({shown(options)})."
    )
    raise SpaceError(msg)
