# SPDX-License-Identifier: MIT
"""Python's values as words of the command line: the one place where they are spelled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np


def text_of(value: Any) -> str:
    """As the command line would have it: true, 0.00001, 3; numpy's values like Python's."""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating):  # never 1e-05
        return format(Decimal(str(value)), "f") if np.isfinite(value) else str(value)
    text = str(value)
    return text.lower() if text in ("True", "False") else text


def listed(names: Iterable[str] | str | None) -> str | None:
    """``a,b``; one name, or a list that is spelled out already, as it is."""
    return names if names is None or isinstance(names, str) else ",".join(names)


def options(values: Mapping[str, Any]) -> list[str]:
    """``--name value`` of each: True is a flag, False and None are nothing."""
    words = []
    for name, value in values.items():
        flag = isinstance(value, bool | np.bool_)
        if value is None or (flag and not value):
            continue
        option = "--" + name.replace("_", "-")
        words += [option] if flag else [option, text_of(value)]
    return words
