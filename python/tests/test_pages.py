# SPDX-License-Identifier: MIT
"""Traces and lesson pages from Python are those of the command line."""

import pickle

import poolrace
import pytest

SCENARIO = poolrace.Scenario("seed-race", load_mpps=0.05)


def test_a_replay_string_and_its_scenario_give_one_trace(tmp_path):
    result = poolrace.run(SCENARIO, variant="scan", runs=3, seed=2)
    harm = result.first_harm
    assert harm is not None
    told = poolrace.trace(harm.replay)
    assert {"ph", "ts", "pid", "tid"} <= set(told.events[-1])
    assert any(harm.kind in str(event.get("name")) for event in told.events)
    run = int(harm.replay.partition(";run=")[2].partition(";")[0])
    again = poolrace.trace(SCENARIO, variant="scan", seed=2, index=run)
    assert again == told
    assert told.save(tmp_path / "trace.json").read_text() == told.text


def test_a_lesson_is_one_page_and_shows_in_a_notebook(tmp_path):
    page = poolrace.lesson(program="destroy-vs-put-preemptible", variants=["scan"], runs=0)
    assert page.text.startswith("<!doctype html>") or page.text.startswith("<!DOCTYPE html>")
    frame = page._repr_html_()
    assert frame.startswith("<iframe srcdoc=")
    assert "<script>" not in frame
    assert pickle.loads(pickle.dumps(page)) == page
    assert page.save(tmp_path / "lesson.html").stat().st_size < 2_000_000


def test_without_a_name_the_course_has_every_lesson():
    page = poolrace.lesson(runs=0)
    assert page.text.count('"predict":') == page.text.count('"question":') >= 8
    assert len(page.text) < 8_000_000


def test_bad_names_are_the_command_lines():
    with pytest.raises(poolrace.ConfigError, match=r"the-race"):
        poolrace.lesson("the-rase", runs=0)
    with pytest.raises(poolrace.ConfigError, match=r"quoted"):
        poolrace.trace(f"poolrace/{poolrace.__version__}")


def test_validation_is_the_command_lines():
    rows = {row["name"]: row for row in poolrace.validate(runs=5)}
    assert rows["link/Gen3 x8/raw"]["expected"] == 63.02
    assert abs(rows["link/Gen3 x8/raw"]["relative"]) < 1e-3
    assert "standard_errors" in rows["held/exponential"]
