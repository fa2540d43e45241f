# SPDX-License-Identifier: MIT
# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     name: python3
# ---

# %% [markdown]
# # What the rcu-guarded sync costs
#
# **Question.** What does guarding the sync cost a packet, and what a teardown, against the load?
#
# **Prediction.** A packet: a read of `dma_sync` and an RCU read-side pair, some nanoseconds beside a
# sync of hundreds, the same at every load until the CPU is busy. A teardown: `scan-rcu` walks all of
# memory, tens of milliseconds whatever the load; `xarray-fixed` waits for a grace period and walks
# what is mapped, so it stays near `baseline`.

# %% tags=["parameters"]
RUNS = 25
SEED = 1
LOADS_MPPS = [0.01, 0.03, 0.1]
TEARDOWN_LOADS_MPPS = [0.001, 0.003, 0.01]
VARIANTS = ["baseline", "scan", "scan-rcu", "xarray", "xarray-fixed"]

# %%
import matplotlib.pyplot as plt
import poolrace
from IPython.display import display
from poolrace import plot

# %% [markdown]
# ## A packet
#
# Run by run on the same traffic, against `baseline`; 95 % bounds of the mean difference.

# %%
steady = poolrace.Scenario("steady")
packets = [
    poolrace.compare(steady.with_(load_mpps=load), variants=VARIANTS, runs=RUNS, seed=SEED)
    for load in LOADS_MPPS
]
display(packets[-1])

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
plot.cost(packets, ax=left)
plot.cost(packets, what="guard_ns_per_packet", ax=right)
fig.tight_layout()
plt.show()

# %% [markdown]
# ## A teardown

# %%
race = poolrace.Scenario("seed-race")
teardowns = [
    poolrace.compare(race.with_(load_mpps=load), variants=VARIANTS, runs=RUNS, seed=SEED)
    for load in TEARDOWN_LOADS_MPPS
]

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
for name in VARIANTS:
    times = [one[name].teardown for one in teardowns]
    median = [t.median_us for t in times]
    low = [m - dict(t.quantiles_us)[5] for m, t in zip(median, times, strict=True)]
    high = [dict(t.quantiles_us)[95] - m for m, t in zip(median, times, strict=True)]
    left.errorbar(TEARDOWN_LOADS_MPPS, median, yerr=[low, high], marker="o", capsize=3, label=name)
left.set(xscale="log", yscale="log", xlabel="load (Mpps)", ylabel="teardown (µs)")
left.set_title("median, and 5 % to 95 % of the teardowns")
left.legend()
plot.teardown(teardowns[-1], ax=right)
right.set_title(f"at {TEARDOWN_LOADS_MPPS[-1]} Mpps")
fig.tight_layout()
plt.show()

# %% [markdown]
# ## The result

# %%
for load, one in zip(LOADS_MPPS, packets, strict=True):
    for name in ("scan-rcu", "xarray-fixed"):
        cost = one[name].cost
        share = cost.paired_delta_ns_per_packet.value / cost.cpu_ns_per_packet
        print(
            f"{load} Mpps, {name}: {cost.paired_delta_ns_per_packet} ns a packet more than baseline"
            f", {100 * share:.2g} % of {cost.cpu_ns_per_packet:.0f} ns;"
            f" a sync takes {cost.sync_ns_per_packet:.0f} ns"
        )
for load, one in zip(TEARDOWN_LOADS_MPPS, teardowns, strict=True):
    medians = {name: one[name].teardown.median_us for name in VARIANTS}
    print(
        f"{load} Mpps, teardown:", ", ".join(f"{n} {t / 1000:.3g} ms" for n, t in medians.items())
    )
small = all(
    0 < one[name].cost.paired_delta_ns_per_packet.high < 0.1 * one[name].cost.sync_ns_per_packet
    for one in packets
    for name in ("scan-rcu", "xarray-fixed")
)
print(f"The prediction {'held' if small else 'did NOT hold'} for packets.")

scans = [one["scan-rcu"].teardown for one in teardowns]
near = all(
    one["xarray-fixed"].teardown.median_us < 2 * one["baseline"].teardown.median_us
    for one in teardowns
)
always = all(t.median_us > 10_000 for t in scans)
print(f"For teardowns it {'held' if near else 'did NOT hold'} for xarray-fixed,", end=" ")
print(f"{'held' if always else 'did NOT hold'} for scan-rcu.")
if not always:
    long = [max((p for p, us in t.quantiles_us if us < 10_000), default=0) for t in scans]
    said = (f"{p} % at {load} Mpps" for p, load in zip(long, TEARDOWN_LOADS_MPPS, strict=True))
    print(
        "Destroy scans only if a page is in flight. Over in less than 10 ms, at least:",
        ", ".join(said),
    )

# %% [markdown]
# **What would change it.** `ram_gib` and `scan_per_page_ns` scale the scan; `rtnl_held=False` makes
# grace periods ordinary instead of expedited; `preempt="none"` makes the read-side pair
# nearly free. On a coherent device no sync is issued and the guard is one read. Costs of primitives
# are inputs (`poolrace.parameters()` names their sources), so nanoseconds hold for that machine only.
