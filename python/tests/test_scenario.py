# SPDX-License-Identifier: MIT
"""A scenario is a value: immutable, hashable, picklable; its parameters are spelled out."""

import inspect
import pickle
import subprocess
import sys
from decimal import Decimal

import numpy as np
import poolrace
import pytest
from conftest import ROOT
from poolrace import Scenario


def test_equal_by_value_whatever_the_spelling_and_order():
    a = Scenario("steady", cpus=3, load_mpps=0.5)
    b = Scenario("steady", load_mpps="0.50", cpus=3)
    assert a == b and hash(a) == hash(b) and len({a, b}) == 1
    assert a != a.with_(cpus=4)
    assert a != Scenario("steady", cpus=3)
    assert a == Scenario("steady", cpus=np.int64(3), load_mpps=np.float64(0.5))
    assert a != "steady"


def test_frozen():
    with pytest.raises(AttributeError, match=r"with_\(name="):
        Scenario().name = "steady"
    with pytest.raises(AttributeError):
        Scenario().load_mpps = 1


def test_with_changes_parameters_profile_and_name():
    a = Scenario("seed-race", hold_median_us=40)
    assert a.with_(load_mpps=0.2) == Scenario("seed-race", hold_median_us=40, load_mpps=0.2)
    assert a.with_(profile="x86-server").values["coherent"] is True
    assert a.with_(name="steady").name == "steady"
    assert a == Scenario("seed-race", hold_median_us=40)


def test_pickle_and_repr_come_back():
    a = Scenario("steady", profile="x86-server", cpus=3, coherent=False, load_mpps=1e-5)
    assert pickle.loads(pickle.dumps(a)) == a
    assert eval(repr(a)) == a
    assert repr(Scenario("steady", cpus=3)) == "Scenario('steady', cpus=3)"


def test_values_are_what_would_run():
    a = Scenario("seed-race", load_mpps=Decimal("0.25"))
    assert a.values["load_mpps"] == 0.25
    assert a.values["iommu"] == "strict"
    assert a.settings == {"load_mpps": 0.25}


def test_every_parameter_is_in_signature_and_documentation():
    names = [row["name"] for row in poolrace.parameters()]
    assert list(inspect.signature(Scenario).parameters) == ["name", "profile", "config", *names]
    for row in poolrace.parameters():
        for text in (row["name"], row["help"], row["allowed"], row["source"], row["default"]):
            assert text in Scenario.__doc__


def test_the_stub_is_fresh():
    script = ROOT / "scripts" / "settings-stub.py"
    fresh = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert fresh.stdout == (ROOT / "python" / "poolrace" / "_settings.pyi").read_text()
