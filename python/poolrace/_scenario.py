# SPDX-License-Identifier: MIT
"""A named set of parameters on a machine, checked when it is made."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any

from . import _core
from ._errors import ConfigError, pythonic
from ._estimates import Pairs
from ._resolution import texts as resolved_texts
from ._tables import rows
from ._words import options, path_of

if TYPE_CHECKING:
    from typing import Self, Unpack

    from ._settings import Changes, ScenarioName, Settings

_KINDS = {row["name"]: row["kind"] for row in rows("parameters")}
_TYPES: dict[str, type] = {"integer": int, "decimal": float, "flag": bool}


def typed(name: str, text: str) -> Any:
    kind = _KINDS[name]
    return text == "true" if kind == "flag" else _TYPES.get(kind, str)(text)


class Scenario:
    """A named set of parameters on a machine profile; immutable, hashable, equal by value.

    ``name``, ``profile``: names that :func:`scenarios` and :func:`profiles` list, or paths of INI
    files.  ``config``: an INI file with parameters that win over both.  Every other keyword is a
    parameter, with its unit last in its name.  An unknown name or a bad value raises
    :class:`ConfigError` here, with the message of the command line.

    Where a parameter is not given, the scenario's value holds, then the profile's, then the default
    below; ``values`` has what would run.
    """

    __slots__ = ("_parameters", "_resolved", "_texts", "config", "name", "profile")
    name: str
    profile: str | None
    config: str | None
    _resolved: dict[str, Any]
    _texts: dict[str, str]
    _parameters: Pairs

    def __init__(
        self,
        name: ScenarioName | str | PathLike[str] = "seed-race",
        *,
        profile: str | PathLike[str] | None = None,
        config: str | PathLike[str] | None = None,
        **settings: Unpack[Settings],
    ):
        name = path_of("Scenario: the scenario", name)
        profile = None if profile is None else path_of("Scenario: profile", profile)
        config = None if config is None else path_of("Scenario: config", config)
        given = resolved_texts("Scenario", settings.items())
        try:
            resolved = json.loads(_core.resolve_json(name, profile or "", config or "", given))
        except ConfigError as error:
            raise pythonic(error) from None
        texts = {row["name"]: row["value"] for row in resolved["parameters"]}
        for field, value in (
            ("name", name),
            ("profile", profile),
            ("config", config),
            ("_resolved", resolved),
            ("_texts", {key: texts.get(key, text) for key, text in given}),  # a preset has no row
        ):
            object.__setattr__(self, field, value)
        presets = {row["name"]: self._texts.get(row["name"], "") for row in rows("parameters")}
        object.__setattr__(self, "_parameters", Pairs({**presets, **self.values}))

    def __setattr__(self, field: str, value: Any) -> None:
        raise AttributeError(f"a Scenario does not change; use .with_({field}=…)")

    __delattr__ = __setattr__  # type: ignore[assignment]

    @property
    def settings(self) -> dict[str, Any]:
        """The parameters given by hand."""
        return {name: typed(name, text) for name, text in self._texts.items()}

    @property
    def values(self) -> dict[str, Any]:
        """Every parameter's value, as it would run."""
        return {row["name"]: typed(row["name"], row["value"]) for row in self.rows}

    @property
    def parameters(self) -> Mapping[str, Any]:
        """``values``, and of every preset which one was given ('' for none): columns of tables."""
        return self._parameters

    @property
    def machine(self) -> str:
        """The profile that runs: the one that was given, or the scenario's own."""
        name: str = self._resolved["profile"]
        return name

    @property
    def rows(self) -> list[dict[str, str]]:
        """Every parameter with value, unit and where the value comes from."""
        return [dict(row) for row in self._resolved["parameters"]]

    def with_(self, **changes: Unpack[Changes]) -> Self:
        """The same scenario with other values; ``profile`` and ``name`` can change too."""
        said: dict[str, Any] = {"name": self.name, "profile": self.profile, "config": self.config}
        every: dict[str, Any] = {**said, **self.settings, **changes}
        return type(self)(**every)

    def _words(self) -> list[str]:
        """The words of a command line that names this scenario."""
        out = [self.name, *options({"profile": self.profile, "config": self.config})]
        for name, text in self._texts.items():
            out += ["--set", f"{name}={text}"]
        return out

    def _changes(self) -> list[tuple[str, str]]:
        """What it changes of scenario and profile, as a replay string has them."""
        config = [("config", self.config)] if self.config else []
        return [("set", f"{name}={text}") for name, text in self._texts.items()] + config

    def _key(self) -> Any:
        return self.name, self.profile, self.config, frozenset(self._texts.items())

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Scenario) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def __reduce__(self) -> Any:
        return _made, (self.name, self.profile, self.config, self.settings)

    def __repr__(self) -> str:
        words = [repr(self.name)]
        if self.profile is not None:
            words.append(f"profile={self.profile!r}")
        if self.config is not None:
            words.append(f"config={self.config!r}")
        words += [f"{name}={value!r}" for name, value in self.settings.items()]
        return f"Scenario({', '.join(words)})"


def scenario_of(given: Any) -> Scenario:
    """What stands where a scenario is wanted: one, or its name or path."""
    return given if isinstance(given, Scenario) else Scenario(path_of("the scenario", given))


def _made(name: str, profile: str | None, config: str | None, settings: Any) -> Scenario:
    return Scenario(name, profile=profile, config=config, **settings)


def _annotation(row: dict[str, Any]) -> type:
    return _TYPES.get(row["kind"], str)


def _described() -> str:
    lines = [inspect.cleandoc(Scenario.__doc__ or ""), "", "Parameters", "----------"]
    for row in rows("parameters"):
        default = f"default {row['default'] or repr('')}" + (f" {row['unit']}" * bool(row["unit"]))
        lines.append(f"{row['name']} : {_annotation(row).__name__}")
        lines.append(f"    {row['help']}. {row['allowed']}; {default} ({row['source']})")
    return "\n".join(lines)


class _Elsewhere:
    """Stands for a default that depends on scenario and profile."""

    def __repr__(self) -> str:
        return "…"


_ELSEWHERE = _Elsewhere()


def _signature() -> inspect.Signature:
    own = list(inspect.signature(Scenario.__init__).parameters.values())[1:-1]
    keyword = inspect.Parameter.KEYWORD_ONLY
    spelled = [
        inspect.Parameter(row["name"], keyword, default=_ELSEWHERE, annotation=_annotation(row))
        for row in rows("parameters")
    ]
    return inspect.Signature(own + spelled)


Scenario.__doc__ = _described()
Scenario.__signature__ = _signature()  # type: ignore[attr-defined]
