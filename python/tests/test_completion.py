# SPDX-License-Identifier: MIT
"""A notebook's Tab offers the parameters."""

from IPython.core.completer import IPCompleter, provisionalcompleter


def test_parameters_complete():
    import poolrace

    text = "poolrace.Scenario('seed-race', load_"
    with provisionalcompleter():
        completer = IPCompleter(namespace={"poolrace": poolrace})
        offered = {c.text.rstrip("=") for c in completer.completions(text, len(text))}
    assert "load_mpps" in offered
