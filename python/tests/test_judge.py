# SPDX-License-Identifier: MIT
"""A pool judged from Python: a shipped one, and that of a tree."""

import pickle
from pathlib import Path

import poolrace
import pytest

FIXTURE = Path(__file__).resolve().parents[2] / "pool" / "linux" / "fixture"


def test_what_is_found_can_be_told_again():
    result = poolrace.judge("scan", budget_s=1)
    assert result.harmed
    kinds = {f.kind: f for f in result.found}
    sync = kinds["sync-after-unmap"]
    assert sync.harm_class == "crash"
    assert sync.program in sync.programs
    assert "sync-after-unmap" in poolrace.replay(sync.schedule).text
    assert 0 < result.tried <= result.planned
    assert result.not_tried
    assert result.new is None
    frame = result.to_pandas()
    assert list(frame["kind"]) == [f.kind for f in result.found]
    assert "sync-after-unmap" in repr(result) and "sync-after-unmap" in str(result)
    assert list(frame["harm_class"]) == [f.harm_class for f in result.found]
    assert result.to_dict()["variant"] == "scan"
    assert "sync-after-unmap" in poolrace.replay(sync).text
    assert "<table" in result._repr_html_()
    assert pickle.loads(pickle.dumps(result)) == result


def test_against_another_says_what_is_new_and_gone():
    result = poolrace.judge("scan", against="xarray-fixed", budget_s=4)
    assert "sync-after-unmap" in {f.kind for f in result.new}
    assert isinstance(result.gone, tuple)


def test_a_tree_is_a_variant(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    tree = poolrace.Linux(FIXTURE)
    assert str(tree).startswith("linux:/")
    result = poolrace.judge(tree, budget_s=5)
    assert result.variant.startswith("linux:")
    assert result.tried > 0
    verdict = poolrace.explore("destroy-vs-put-softirq", variants=tree)[0]
    assert verdict.complete


def test_data_races_of_our_own_pools():
    def races(variant):
        how = {"config": {"iommu": "strict"}, "races": "kcsan"}
        return poolrace.explore("destroy-vs-put-softirq", variants=variant, **how)[0].races

    found = races("xarray-fixed")
    assert {(race.first, race.second) for race in found} == {
        ("put: read dma_sync", "scrub: clear dma_sync"),
        ("put: read dma_sync again, under RCU", "scrub: clear dma_sync"),
    }
    assert "scrub: clear dma_sync" in str(poolrace.replay(found[0].schedule))
    assert races("baseline-ringfix") == ()


def test_paths_and_refs_are_quoted():
    assert poolrace.Linux("/a,b;c@d", ref="v1@x") == "linux:/a%2Cb%3Bc%40d@v1%40x"
    assert poolrace.Linux("/a b/linux") == "linux:/a b/linux"


def test_a_name_that_is_none():
    with pytest.raises(poolrace.ConfigError, match="xarray-fixed"):
        poolrace.judge("xaray-fixed")
    with pytest.raises(poolrace.ConfigError, match="there is no such directory"):
        poolrace.judge(poolrace.Linux("/no/such/tree"))
