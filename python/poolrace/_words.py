# SPDX-License-Identifier: MIT
"""Python's values as words of the command line: the one place where they are spelled."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import Enum
from numbers import Rational
from typing import Any

import numpy as np

from ._errors import ConfigError


def plain(value: Any) -> Any:
    """Python's own value of a scalar of numpy or pandas (also in an array of no dimension)."""
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, np.ndarray) and value.shape == ():
        value = value[()]
    if value is np.ma.masked or isinstance(value, np.datetime64 | np.timedelta64):
        return value  # refused later on: item() would give 0, and a number of whatever unit
    shape = getattr(value, "shape", None)
    if isinstance(value, np.generic) or (shape == () and hasattr(value, "item")):
        if isinstance(value, np.floating) and not isinstance(value, float):
            return float(str(value))  # a float32 of 0.1 means 0.1
        value = value.item()
    if isinstance(value, Rational) and not isinstance(value, int):  # a Fraction
        return float(value)
    return os.fspath(value) if isinstance(value, os.PathLike) else value


def text_of(value: Any) -> str:
    """As the command line would have it: true, 0.00001, 3; numpy's values like Python's."""
    value = plain(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):  # never 1e-05, and 10.0 is 10
        if not np.isfinite(value):
            return str(value)
        return format(Decimal(repr(value)), "f").removesuffix(".0")
    if isinstance(value, Decimal):
        return format(value, "f")
    text = str(value)
    return text.lower() if text in ("True", "False") else text


def value_text(where: str, name: str, value: Any) -> str:
    """The text of one value; an error in Python's words for what cannot be one."""
    value = plain(value)
    if not isinstance(value, str | int | float | Decimal):
        what = "None" if value is None else f"a {type(value).__name__}"
        what = "masked" if value is np.ma.masked else what
        at = f"{where}: " if where else ""
        raise ConfigError(f"{at}{name} is {what}; give a number, a name, True or False")
    return text_of(value)


def many(what: str, values: Any) -> list[Any]:
    """What a list of any kind holds: a list, tuple, range, array, Series, generator; one value."""
    values = plain(values)
    if values is None:
        raise ConfigError(f"{what} is None; give a value or a list of values")
    if isinstance(values, Mapping) or getattr(values, "ndim", 1) > 1:
        raise ConfigError(f"{what} is a {type(values).__name__}; give a value or a list of values")
    if isinstance(values, set | frozenset):
        values = sorted(values, key=str)  # an order that does not depend on hashes
    single = isinstance(values, str | bytes) or getattr(values, "shape", None) == ()
    if single or not isinstance(values, Iterable):
        values = [values]
    return [plain(value) for value in values]


def names(what: str, given: Any) -> list[str]:
    """A list of names; one name is a list of one, and "a,b" what the command line reads."""
    found = [] if given is None else many(what, list(given) if hasattr(given, "keys") else given)
    for name in found:
        if not isinstance(name, str) or not name:
            raise ConfigError(f"{what}: {name!r} is no name")
    return found


def some(what: str, given: Any) -> list[str]:
    """As :func:`names`, of which there must be one."""
    if not (found := names(what, given)):
        raise ConfigError(f"{what}: no name is given")
    return found


def one(what: str, given: Any) -> str:
    """One name, also in a list of one."""
    if len(found := names(what, given)) != 1:
        raise ConfigError(f"{what}={given!r}: one name is wanted")
    return found[0]


def one_if_any(what: str, given: Any) -> str | None:
    return None if given is None else one(what, given)


def pairs(what: str, given: Any) -> dict[str, Any]:
    """A dict, of any Mapping, of a pandas Series, of a list of pairs; None is an empty one."""
    if given is None:
        return {}
    items = given.items() if hasattr(given, "items") else given
    try:
        if isinstance(items, str | bytes):
            raise TypeError
        found = dict(items)
    except (TypeError, ValueError):
        raise ConfigError(f"{what} is {given!r}; give a dict") from None
    for name in found:
        if not isinstance(name, str) or not name:
            raise ConfigError(f"{what}: {name!r} is no name")
    return found


def path_of(what: str, given: Any) -> str:
    """A file's path, or a name that stands where one may."""
    if isinstance(given, bytes):
        given = os.fsdecode(given)
    given = plain(given)
    if not isinstance(given, str):
        said = "None" if given is None else f"a {type(given).__name__}: {given!r}"
        raise ConfigError(f"{what} is {said}; give a name or a path")
    if "\0" in given:
        raise ConfigError(f"{what} is {given!r}: a path has no NUL in it")
    return given


def listed(given: Iterable[str] | str | None, what: str = "variants") -> str | None:
    """``a,b``; one name, or a list that is spelled out already, as it is."""
    return None if given is None else ",".join(some(what, given))


def numbers(values: Mapping[str, Any]) -> list[str]:
    """``--name value`` of each that is a number, or a text that is one; None is nothing."""
    for name, value in values.items():
        if isinstance(plain(value), bool):
            raise ConfigError(f"{name}={value} is no number")
    return options(values)


def options(values: Mapping[str, Any]) -> list[str]:
    """``--name value`` of each: True is a flag, False and None are nothing."""
    words = []
    for name, value in values.items():
        value = plain(value)
        if value is None or value is False:
            continue
        option = "--" + name.replace("_", "-")
        words += [option] if value is True else [option, value_text("", name, value)]
    return words
