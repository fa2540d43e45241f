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
# # Coherent and not, strict and lazy
#
# **Question.** Which machines are in danger: with a coherent device or without, with an IOMMU in
# strict or in lazy mode, or with none?
#
# **Prediction.** A coherent device issues no sync: `scan`, which is fatal for late syncs, is then
# safe, and the cost of the guard goes with the sync. `baseline` unmaps through a removed device, which needs
# an IOMMU to go wrong, strict or lazy alike. The two modes differ in cost, not in danger.

# %% tags=["parameters"]
RUNS = 30
SEED = 1
LOAD_MPPS = 0.01
VARIANTS = ["baseline", "scan", "scan-rcu", "xarray-fixed"]
IOMMUS = ["none", "lazy", "strict"]

# %%
import matplotlib.pyplot as plt
import poolrace
from poolrace import plot

COHERENT = {"non-coherent": False, "coherent": True}

# %%
race = poolrace.Scenario("seed-race", load_mpps=LOAD_MPPS)
steady = poolrace.Scenario("steady", load_mpps=LOAD_MPPS)


def compare(scenario, label, iommu):
    changed = scenario.with_(coherent=COHERENT[label], iommu=iommu)
    return poolrace.compare(changed, variants=VARIANTS, runs=RUNS, seed=SEED)


races = {(c, i): compare(race, c, i) for c in COHERENT for i in IOMMUS}
costs = {(c, i): compare(steady, c, i) for c in COHERENT for i in IOMMUS}

# %%
fig, axes = plt.subplots(2, 2, figsize=(11, 8), sharey="row")
for column, label in enumerate(COHERENT):
    top, below = axes[:, column]
    plot.probability([races[label, i] for i in IOMMUS], "iommu", ax=top).set_title(label)
    plot.cost([costs[label, i] for i in IOMMUS], "iommu", ax=below)
    top.set_ylim(-0.03, 1.03)
fig.tight_layout()
plt.show()

# %% [markdown]
# ## What every order says, in the same configurations

# %%
SYNC = "sync-after-unmap"
found = {
    (c, i, variant): poolrace.explore(
        "destroy-vs-put-preemptible", variants=variant, config={"coherent": value, "iommu": i}
    )[0]
    for c, value in COHERENT.items()
    for i in IOMMUS
    for variant in VARIANTS
}
for variant in VARIANTS:
    where = [f"{c}/{i}" for c in COHERENT for i in IOMMUS if SYNC in found[c, i, variant].kinds]
    print(f"{variant}: {SYNC} in {', '.join(where) or 'no configuration'}")

# %% [markdown]
# ## The result

# %%
for (c, i), one in races.items():
    sync = costs[c, i]["baseline"].cost
    print(f"{c}, iommu={i}:", "; ".join(f"{r.variant} {r.crash}" for r in one), end=". ")
    print(f"Sync {sync.sync_ns_per_packet:.0f} ns, CPU {sync.cpu_ns_per_packet:.0f} ns a packet.")
scan = [races["coherent", i]["scan"].crash.hits == 0 for i in IOMMUS]
baseline = {
    i: min(races[c, i]["baseline"].crash.hits for c in COHERENT) for i in IOMMUS
}  # fmt: skip
safe = all(r[n].crash.hits == 0 for r in races.values() for n in ("scan-rcu", "xarray-fixed"))
held = all(scan) and baseline["none"] == 0 and baseline["lazy"] and baseline["strict"] and safe
print(f"The prediction {'held' if held else 'did NOT hold'} for danger.")


def delta(label, variant):
    return costs[label, "strict"][variant].cost.paired_delta_ns_per_packet


for name in ("scan-rcu", "xarray-fixed"):
    gone = delta("coherent", name).high < 0.5 * delta("non-coherent", name).low
    print(f"For the cost of {name} it {'held' if gone else 'did NOT hold'}:", end=" ")
    print(f"{delta('non-coherent', name)} ns a packet, and {delta('coherent', name)} if coherent.")
for name in ("scan-rcu", "xarray-fixed"):
    guard = costs["coherent", "strict"][name].cost.guard_ns_per_packet
    print(f"In the guard of {name}, on a coherent device: {guard:.2g} ns.")
print("xarray-fixed asks whether the device needs syncs before it enters the read-side section;")
print("scan-rcu enters first. What xarray-fixed costs there is not its guard.")

# %% [markdown]
# **What would change it.** `dma_debug` issues syncs on coherent devices too, `swiotlb` makes every
# sync a copy. `ram_at_zero` turns the crash of a late sync without an IOMMU into silence.
# `ops_cleared_on_unbind` (older arm64) turns a late unmap into a leak.
