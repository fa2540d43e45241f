# SPDX-License-Identifier: MIT
"""What cannot be meant is one error in Python's words, before anything runs or is written."""

import contextlib
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import numpy as np
import pandas
import poolrace
import pytest

BASE = poolrace.Scenario("seed-race", horizon_s=1.2, load_mpps=0.001)
GIVE = "; give a number, a name, True or False"


@pytest.fixture
def nothing_runs(monkeypatch):
    """Whatever the program prints, it ran for."""
    real = poolrace._process.call

    def call(words, progress=None):
        done = real(words, progress)
        pytest.fail(f"this ran: {words}: {done.stdout}")

    for module in (poolrace._sweep, poolrace._run):
        monkeypatch.setattr(module, "call", call)


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (np.ma.masked, "masked"),
        (np.ma.array(3, mask=True), "masked"),
        (np.timedelta64(5, "ns"), "a timedelta64"),  # item() would be 5, of whatever unit
        (np.timedelta64(5, "us"), "a timedelta64"),
        (np.array(5, "m8[ns]"), "a timedelta64"),
        (np.datetime64(5, "ns"), "a datetime64"),
        (timedelta(microseconds=5), "a timedelta"),
        (datetime(2024, 1, 1), "a datetime"),
        (pandas.Timedelta(5), "a Timedelta"),
        (pandas.NaT, "a NaTType"),
        (pandas.NA, "a NAType"),
        (3 + 0j, "a complex"),
        (np.bytes_(b"3"), "a bytes"),
    ],
)
def test_what_is_no_number_is_none_anywhere(value, what, nothing_runs):
    calls = {
        "Scenario: hold_median_us": lambda: poolrace.Scenario(hold_median_us=value),
        "vary: hold_median_us": lambda: poolrace.sweep(BASE, vary={"hold_median_us": [4, value]}),
        "runs": lambda: poolrace.run(BASE, runs=value),
        "stalls: 'x'": lambda: poolrace.run(BASE, stalls={"x": value}),
    }
    for where, call in calls.items():
        with pytest.raises(poolrace.ConfigError) as at:
            call()
        assert str(at.value) == f"{where} is {what}{GIVE}"


@pytest.mark.parametrize(
    ("vary", "message"),
    [
        ({"cpus": np.ma.array([2, 3], mask=[False, True])}, "vary: cpus is masked"),
        ({"cpus": np.ma.masked}, "vary: cpus is masked"),
        ({"cpus": np.array([5], "m8[ns]")}, "vary: cpus is a timedelta64"),
        ({"cpus": pandas.DataFrame({"a": [2]})}, "vary: cpus is a DataFrame; give a value or a"),
        ({"cpus": np.eye(2)}, "vary: cpus is a ndarray; give a value or a list"),
        ({"cpus": [[2, 3]]}, "vary: cpus is a list"),
        ({"cpus": np.array([])}, "vary: cpus has no values"),
        ({"cpus": pandas.Series([2, None])}, "cpus=nan is not a whole number"),
        ({"cpus": [2, 2.0]}, "'2' is listed twice"),
        ({"variant": ["scan", "scan"]}, "'scan' is listed twice"),
        ({"load_mpps": [0.1]}, "'load_mpps' is both set and varied"),
        ({"": [1]}, "vary: '' is no name"),
        ({"seed": [1, 2]}, "unknown parameter 'seed'"),
        ({"putters": ["2024", "vhost"]}, "putters is a preset, which sets put_bh_off_ppm, "),
    ],
)  # fmt: skip
def test_what_cannot_be_varied(vary, message, nothing_runs):
    with ThreadPoolExecutor(1) as pool:
        for where in ({}, {"executor": pool}):
            with pytest.raises(poolrace.ConfigError, match=message) as at:
                poolrace.sweep(BASE, vary=vary, runs=1, **where)
            assert "--" not in str(at.value)


def test_every_preset_is_told_with_what_it_sets_which_can_be_varied():
    listed = [row["name"] for row in poolrace.parameters() if "preset" in row["source"]]
    assert listed
    for name in listed:
        with pytest.raises(poolrace.ConfigError, match=f"{name} is a preset") as at:
            poolrace.sweep(BASE, vary={name: "x"})
        sets = str(at.value).partition("sets ")[2].partition(":")[0].split(", ")
        table = poolrace.sweep(BASE, vary={sets[0]: [0, 10], "variant": "scan"}, runs=1)
        assert [row[sets[0]] for row in table] == [0, 10]


def test_a_list_may_be_masked_where_nothing_is():
    for values in (np.ma.array([2, 3]), pandas.Categorical([2, 3]), pandas.array([2, 3], "Int64")):
        table = poolrace.sweep(BASE, vary={"cpus": values, "variant": "scan"}, runs=1)
        assert [row["cpus"] for row in table] == [2, 3]


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    path = tmp_path_factory.mktemp("store") / "good.sqlite"
    poolrace.sweep(BASE, vary={"variant": "scan"}, runs=1, store=path)
    return path


def spoilt(path, good, how):
    if how == "folder":
        path.mkdir()
    elif how == "text":
        path.write_text("no store" * 1000)
    elif how == "cut":
        path.write_bytes(good.read_bytes()[:9000])
    else:
        shutil.copy(good, path)
        database = sqlite3.connect(path)
        database.execute(how)
        database.commit()
        database.close()


def content(path):
    """All rows of a database, else what is in the file."""
    if path.is_dir():
        return list(path.iterdir())
    try:
        with contextlib.closing(sqlite3.connect(path)) as database:
            return list(database.iterdump())
    except sqlite3.DatabaseError:
        return path.read_bytes()


@pytest.mark.parametrize(
    ("how", "message", "can_be_read"),
    [
        ("folder", "irectory|folder", False),
        ("text", "is no store", False),
        ("cut", "damaged", False),
        ("PRAGMA user_version = 2", "tables are of version 2, this program reads", False),
        ("UPDATE definition SET value = '0.2.0' WHERE name = 'version'", "of version 0.2.0", True),
        ("UPDATE definition SET value = 'unbind' WHERE name = 'scenario'", "of scenario unb", True),
    ],
)
def test_a_store_that_is_none_or_anothers_is_left_alone(good, tmp_path, how, message, can_be_read):
    path = tmp_path / "store"
    spoilt(path, good, how)
    before = content(path)
    with ThreadPoolExecutor(1) as pool:
        for where in ({}, {"executor": pool}):
            with pytest.raises(poolrace.ConfigError, match=message):
                poolrace.sweep(BASE, vary={"variant": "scan"}, runs=9, store=path, **where)
    assert content(path) == before
    if can_be_read:
        assert poolrace.open_store(path).runs == 1
    else:
        with pytest.raises(poolrace.ConfigError, match=message):
            poolrace.open_store(path)
