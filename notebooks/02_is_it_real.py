# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#       jupytext_version: 1.19.6
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3

# %% [markdown]
# # Is it real?
#
# A table that was counted from few samples shows synergy whether there is any or not. This notebook
# takes a real table, counts it as published work does, and looks at what is left: after shuffling,
# after bias correction, with an interval, and after a test.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import pid
from pid.inference import significance

table = pid.datasets.load("breast_cancer")
X1, X2, y = table.X1, table.X2, table.y
print(f"{len(y)} tumours; x1: {X1.shape[1]} columns of size, x2: {X2.shape[1]} of texture")

# %% [markdown]
# ## What counting says
#
# Twenty clusters per source are the usual choice (Liang et al. 2023). Counted as it is, a quarter
# of all that size and texture say about the diagnosis looks synergistic:

# %%
fine = pid.quantify(X1, X2, y, n_clusters=20)
counted = fine.decomposition
print(counted)
print(f"\nsynergy is {counted.synergy / counted.total:.0%} of the total")

# %% [markdown]
# The number is exact: for this table of 20 x 20 x 2 = 800 cells, it is proved to nine digits. But
# there are only 569 tumours in these cells.
#
# ## The same with labels that mean nothing
#
# Deal the diagnoses out anew at random. Now nothing says anything about them, and every atom is 0
# in truth. This is what counting finds:

# %%
rng = np.random.default_rng(0)
shuffled = [
    pid.quantify(X1, X2, rng.permutation(y), n_clusters=20, interval=None, correction="none")
    for _ in range(20)
]
by_chance = np.mean([q.decomposition.synergy for q in shuffled])
print(f"synergy, shuffled labels: {by_chance:.3f} bit; true labels: {counted.synergy:.3f} bit")

# %% [markdown]
# Labels that mean nothing show more synergy than the true ones, of which size alone tells so much
# that less is left to chance. `pid.quantify` warns:

# %%
print(*fine.warnings)

# %% [markdown]
# and a test finds no reason to believe in it. It compares with tables drawn from the nearest joint
# distribution *without* synergy, and with shuffled labels; the larger p-value counts.

# %%
test = significance(fine.table, "synergy", replicates=499)
print(f"p = {test.p:.2f}")
dict(test.nulls)

# %% [markdown]
# ## As many cells as the samples can carry
#
# If the number of clusters is left to it, `pid.quantify` takes so few that chance alone could make
# a total of 5% of the entropy of y, corrects the bias that remains, and gives
# intervals.

# %%
fair = pid.quantify(X1, X2, y, estimator="cluster")
fair

# %%
ax = pid.plot.profile(fair)

# %% [markdown]
# What of it is real? Every atom, tested against tables without it:

# %%
atoms = ["redundancy", "unique1", "unique2", "synergy", "total"]
pd.DataFrame(
    {
        "counted": [getattr(fair.decomposition, a) for a in atoms],
        "corrected": [getattr(fair.corrected, a) for a in atoms],
        "low": [fair.interval[a][0] for a in atoms],
        "high": [fair.interval[a][1] for a in atoms],
        "p": [significance(fair.table, a, replicates=499).p for a in atoms],
    },
    index=atoms,
).round(3)

# %% [markdown]
# There is synergy after all: less than half of what twenty clusters show, and significant, because
# this table of 72 cells can tell. Size has something of its own, texture has not, and the rest is
# shared.
#
# ## More clusters, more synergy?
#
# Finer clusters keep more of the columns, so that a true synergy may grow with them. But part of
# what grows in the counted values is chance; the corrected ones grow less, and their intervals
# widen.

# %%
rows = []
for k in (3, 4, 6, 8, 12, 20):
    q = pid.quantify(X1, X2, y, n_clusters=k)
    low, high = q.interval["synergy"]
    rows.append((k, q.decomposition.synergy, q.corrected.synergy, low, high, bool(q.warnings)))
columns = ["clusters", "counted", "corrected", "low", "high", "warned"]
finer = pd.DataFrame(rows, columns=columns).set_index("clusters")
finer.round(3)

# %%
figure, ax = plt.subplots(figsize=(5, 3))
ax.plot(finer.index, finer["counted"], "o--", color="#888888", label="counted")
ax.plot(finer.index, finer["corrected"], "o-", color="#e69f00", label="corrected")
ax.fill_between(finer.index, finer["low"], finer["high"], color="#e69f00", alpha=0.2)
ax.set(xlabel="clusters of each source", ylabel="synergy, bit", ylim=(0, None), xticks=finer.index)
ax.legend(frameon=False)
ax.spines[["top", "right"]].set_visible(False)

# %% [markdown]
# The last row shows the limits of any correction: with fewer samples than cells, neither the
# corrected value nor its interval can be relied on, and the warning says so.
#
# How many tumours would it take to know the synergy in six clusters to within 0.02 bit?

# %%
plan = pid.plan(fair.table, precision=0.02, atom="synergy")
plan

# %%
ax = pid.plot.widths(plan)
