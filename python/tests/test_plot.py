# SPDX-License-Identifier: MIT
"""Figures show the numbers of the results, with their intervals, on the axes that were given."""

import itertools

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import poolrace
import pytest
from poolrace import _draw, plot

LOADS = [0.0005, 0.02]


@pytest.fixture(scope="module")
def results():
    base = poolrace.Scenario("seed-race", horizon_s=1.2)
    names = ["baseline", "stall", "scan-rcu"]
    return [poolrace.compare(base.with_(load_mpps=x), variants=names, runs=8) for x in LOADS]


@pytest.fixture
def ax():
    yield plt.subplots()[1]
    plt.close("all")


def drawn(container):
    points, _, (bars,) = container
    segments = [sorted(y for _, y in segment) for segment in bars.get_segments()]
    return list(zip(points.get_xdata(), points.get_ydata(), *zip(*segments, strict=True),
                    strict=True))  # fmt: skip


def test_probability_draws_every_estimate(results, ax):
    assert plot.probability(results, "load_mpps", ax=ax) is ax
    assert ax.get_xscale() == "log" and "Mpps" in ax.get_xlabel()
    shown = {c.get_label(): drawn(c) for c in ax.containers}
    # variants that agree everywhere share a line
    assert set(shown) == {"baseline, stall", "scan-rcu"}
    for (x, y, low, high), load, one in zip(shown["scan-rcu"], LOADS, results, strict=True):
        crash = one["scan-rcu"].crash
        assert (x, y) == (load, crash.value)
        assert (low, high) == pytest.approx((crash.low, crash.high))


def test_names_are_places_on_the_axis(ax):
    base = poolrace.Scenario("seed-race", horizon_s=1.2, load_mpps=0.005)
    results = [poolrace.run(base.with_(iommu=mode), runs=4) for mode in ("none", "strict")]
    plot.probability(results, "iommu", kind="sync-after-unbind", ax=ax)
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["none", "strict"]
    assert "sync-after-unbind" in ax.get_ylabel()


def test_cost_and_teardown_and_exposure(results, ax):
    plot.cost(results, ax=ax)
    first, last = (r["scan-rcu"].cost.paired_delta_ns_per_packet for r in results)
    shown = {c.get_label(): drawn(c) for c in ax.containers}["scan-rcu"]
    assert [y for _, y, _, _ in shown] == [first.value, last.value]
    with pytest.raises(poolrace.ConfigError, match="guard_ns_per_packet"):
        plot.cost(results, what="gaurd", ax=ax)
    other = plot.teardown(results[-1], ax=plt.subplots()[1])
    marks = {line.get_label().partition(" (")[0]: line for line in other.lines}
    assert set(marks) == {"baseline", "stall", "scan-rcu"}
    assert "11 quantiles, 8 of 8 ended" in marks["scan-rcu"].get_label()
    times = [us for _, us in results[-1]["scan-rcu"].teardown.quantiles_us]
    assert list(marks["scan-rcu"].get_xdata()) == times
    assert marks["scan-rcu"].get_linestyle() == "None"  # nothing is known between quantiles
    plot.exposure(results[-1], "sync-after-unbind", ax=plt.subplots()[1])


def test_verdicts(ax):
    plot.verdicts(poolrace.explore(variants=["scan", "xarray-fixed"]), ax=ax)
    grid = ax.images[0].get_array()
    assert [t.get_text() for t in ax.get_yticklabels()] == ["scan", "xarray-fixed"]
    kinds = [t.get_text() for t in ax.get_xticklabels()]
    assert "crash" in {text.get_text() for text in ax.texts}
    assert grid[0, kinds.index("sync-after-unmap")] == plot._CLASSES.index("crash")
    assert not grid[1].any()


def test_without_axes_one_is_made(results):
    assert plot.probability(results, "load_mpps").figure
    plt.close("all")


def test_an_unknown_parameter_is_an_error(results, ax):
    with pytest.raises(poolrace.ConfigError, match="load_mpp"):
        plot.probability(results, "load_mpp", ax=ax)
    with pytest.raises(poolrace.ConfigError, match="wrong-kind"):
        plot.exposure(results, "wrong-kind")


def test_two_settings_are_two_lines(ax):
    base = poolrace.Scenario("seed-race", horizon_s=1.2)
    results = [
        poolrace.compare(base.with_(load_mpps=x, iommu=mode), variants=["baseline"], runs=2)
        for mode in ("lazy", "strict")
        for x in LOADS
    ]
    plot.probability(results, "load_mpps", ax=ax)
    shown = {c.get_label(): drawn(c) for c in ax.containers}
    assert set(shown) == {"baseline, iommu=lazy", "baseline, iommu=strict"}
    for points in shown.values():
        assert [x for x, *_ in points] == LOADS
    assert len({c.lines[0].get_linestyle() for c in ax.containers}) == 2
    same_setting = poolrace.run(base.with_(load_mpps=LOADS[0], iommu="lazy"), runs=3)
    with pytest.raises(poolrace.ConfigError, match="differ in no setting"):
        plot.probability([*results, same_setting], "load_mpps", ax=plt.subplots()[1])
    plot.probability([*results, *results], "load_mpps", ax=plt.subplots()[1])  # each once
    seeds = [poolrace.run(base, runs=2, seed=seed) for seed in (1, 2)]
    plot.probability(seeds, "load_mpps", ax=(own := plt.subplots()[1]))
    assert [c.get_label() for c in own.containers] == ["baseline, seed=1", "baseline, seed=2"]
    names = {line.get_label().partition(" (")[0] for line in plot.teardown(results).lines}
    assert "baseline, iommu=lazy, load_mpps=0.0005" in names


def test_a_profile_names_what_it_brings(ax):
    base = poolrace.Scenario("seed-race", horizon_s=1.2, load_mpps=0.001)
    results = [poolrace.run(base.with_(profile=p), runs=1) for p in ("arm64-soc", "x86-server")]
    plot.probability(results, "load_mpps", ax=ax)
    assert [c.get_label() for c in ax.containers] == [
        "baseline, profile=arm64-soc", "baseline, profile=x86-server"
    ]  # fmt: skip
    plot.probability(results, "profile", ax=(by := plt.subplots()[1]))
    assert [t.get_text() for t in by.get_xticklabels()] == ["arm64-soc", "x86-server"]
    presets = [poolrace.run(base.with_(putters=p), runs=1) for p in ("2024", "vhost")]
    plot.probability(presets, "putters", ax=(by := plt.subplots()[1]))
    assert [c.get_label() for c in by.containers] == ["baseline"]


@pytest.fixture(scope="module")
def swept():
    base = poolrace.Scenario("seed-race", horizon_s=1.2)
    vary = {"iommu": ["lazy", "strict"], "load_mpps": LOADS, "variant": ["scan", "scan-rcu"]}
    return poolrace.sweep(base, vary=vary, runs=4)


def test_a_sweep_is_drawn_as_results_are(swept, ax):
    plot.probability(swept, "load_mpps", ax=ax)
    labels = {c.get_label() for c in ax.containers}
    assert labels == {f"{v}, iommu={i}" for v in ("scan", "scan-rcu") for i in ("lazy", "strict")}
    shown = {c.get_label(): drawn(c) for c in ax.containers}
    for (_, y, low, high), row in zip(
        shown["scan, iommu=lazy"], (r for r in swept if r["iommu"] == "lazy"
                                    and r["variant"] == "scan"), strict=True
    ):  # fmt: skip
        assert (y, low, high) == pytest.approx((row["probability"], row["low"], row["high"]))
    assert swept.plot().get_xlabel() == "load (Mpps)"
    assert swept.plot("iommu", kind="sync-after-unmap").get_xlabel() == "iommu"
    wide = swept.plot(sequence=True)
    bounds = [drawn(c)[0][2:] for c in wide.containers]
    assert (swept.rows[0]["sequence_low"], swept.rows[0]["sequence_high"]) in [
        pytest.approx(both) for both in bounds
    ]
    plot.cost(swept, what="cpu_ns_per_packet")
    plot.teardown(swept)
    plot.exposure(swept, "sync-after-unmap")
    plot.probability(swept.rows[0], "load_mpps")
    plot.probability(list(swept), "load_mpps")
    plt.close("all")


def test_lines_with_the_same_values_are_all_seen():
    base = poolrace.Scenario("seed-race", horizon_s=1.2, load_mpps=0.001)
    vary = {"hold_median_us": [4, 400], "iommu": ["lazy", "strict"], "variant": ["scan-rcu"]}
    ax = poolrace.sweep(base, vary=vary, runs=2).plot()
    first, second = ax.containers
    assert drawn(first) == drawn(second)  # as data
    ax.figure.canvas.draw()
    for one, other in zip(first.get_children(), second.get_children(), strict=True):
        assert one.get_transform().transform([4, 0])[0] < other.get_transform().transform([4, 0])[0]
    assert first.lines[0].get_markerfacecolor() != second.lines[0].get_markerfacecolor()
    shown = [text.get_text() for text in ax.get_yticklabels()]
    assert all(text.endswith(" %") for text in shown) and "95 %" in ax.get_ylabel()
    low, high = ax.get_xlim()  # what was moved is within the axes
    assert low < 4 and high > 400 and ax.get_ylim()[1] > first.lines[0].get_ydata().max()
    plt.close("all")


def test_a_long_legend_hides_nothing():
    base = poolrace.Scenario("seed-race", horizon_s=1.2, load_mpps=0.002)
    vary = {"cpus": [2, 4], "hz": [100, 250, 300, 1000], "iommu": ["lazy", "strict"]}
    ax = poolrace.sweep(base, vary=vary, runs=2).plot("cpus")
    ax.figure.canvas.draw()
    legend, frame = ax.get_legend().get_window_extent(), ax.get_window_extent()
    assert len(ax.get_legend().texts) > 4 and legend.x0 >= frame.x1
    assert legend.x1 <= ax.figure.bbox.x1  # nor is it cut off
    plt.close("all")


def test_one_result_is_drawn_as_many_are(results):
    one = results[0][0]
    for given in (one, [one], results[0], [results, [one]], (r for r in results)):
        plot.probability(given, "load_mpps")
        plt.close("all")
    assert one.plot() and results[0].plot() and results[0].plot("load_mpps")
    plot.in_flight(one)
    plt.close("all")


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda r, s: plot.probability([], "load_mpps"), poolrace.ConfigError, "nothing to draw"),
        (lambda r, s: plot.probability(r, "load"), poolrace.ConfigError, "unknown parameter"),
        (lambda r, s: plot.probability(r, "iommu", kind="x"), poolrace.ConfigError, "unknown kind"),
        (lambda r, s: plot.cost(s[0]), poolrace.ConfigError, "no point has paired_delta"),
        (lambda r, s: plot.in_flight(s), poolrace.ConfigError, "does not keep pages in flight"),
        (lambda r, s: plot.teardown("x"), TypeError, "is no result"),
        (lambda r, s: plot.teardown(None), TypeError, "is no result"),
        (lambda r, s: plot.verdicts(r), TypeError, "explore"),
        (lambda r, s: plot.probability(r, "hz", sequence=True), poolrace.ConfigError, "of a sweep"),
        (lambda r, s: s.plot("x"), poolrace.ConfigError, "unknown parameter"),
    ],
)  # fmt: skip
def test_an_error_leaves_no_empty_figure(results, swept, call, error, message):
    plt.close("all")
    with pytest.raises(error, match=message):
        call(results, swept)
    assert not plt.get_fignums()


def linear(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return np.array([c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels])


#: How linear RGB looks without the long, the middle, the short cones (Machado 2009), and with all.
SEEN = [
    [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
     [-0.003882, -0.048116, 1.051998]],
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
     [-0.011820, 0.042940, 0.968881]],
    [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
     [0.004733, 0.691367, 0.303900]],
    np.eye(3),
]  # fmt: skip


def lab(rgb):
    white = np.array([0.9505, 1, 1.089])
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.clip(to_xyz @ rgb, 0, None) / white
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_colours_are_dark_enough_and_apart_for_all_eyes():
    for colour in _draw.COLOURS:
        luminance = linear(colour) @ [0.2126, 0.7152, 0.0722]
        assert 1.05 / (luminance + 0.05) >= 3
    for a, b in itertools.combinations(_draw.COLOURS, 2):
        for eyes in SEEN:
            assert np.linalg.norm(lab(eyes @ linear(a)) - lab(eyes @ linear(b))) > 20
    styles = [tuple(_draw.style(name).values()) for name in poolrace.variants()]
    assert len(set(styles)) == len(styles)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("hold_median_us", "hold_median (µs)"),
        ("load_mpps", "load (Mpps)"),
        ("iommu_map_ns", "iommu_map (ns)"),
        ("wire_gbps", "wire (Gb/s)"),
        ("hold_slow_ppm", "hold_slow (ppm)"),
        ("horizon_s", "horizon (s)"),
        ("hz", "hz (Hz)"),
        ("cpus", "cpus"),
    ],
)
def test_axes_say_their_unit_once(name, label):
    assert _draw.axis_label(name) == label
