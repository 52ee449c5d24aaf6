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
# ---

# %% [markdown]
# # Three sources
#
# Text, audio and video; three groups of columns; three brain areas. What does each tell alone, what
# only it, what do several share, and what shows only with two of them, or with all three, together?
# And what is lost if one is left out?

# %%
import numpy as np

import pid

# %% [markdown]
# ## A table first
#
# Three judges vote, and y is what two of them say at least. Each judge alone tells little, and no
# one of them is needed for that.

# %%
majority = np.zeros((2, 2, 2, 2))
for a in range(2):
    for b in range(2):
        for c in range(2):
            majority[a, b, c, int(a + b + c > 1)] = 1 / 8

d = pid.decompose(majority, names=["first", "second", "third"])
print(d)

# %%
ax = pid.plot.sources(d)

# %% [markdown]
# Everything adds up: what is unique to each, what is shared, what shows with two together and with
# all three. It is proved, and anyone can check it without the solver.

# %%
d.check(majority)
print(sum(d.unique.values()) + d.shared + sum(d.synergy.values()), d.total)

# %% [markdown]
# With three sources there is no lattice of atoms here. Let y be the pair (a, b), and the sources a,
# b, and a xor b. Any two of them tell all, so that no one is needed: 2 bits are shared. Yet no two
# have anything in common, so that shared is no sum of overlaps.

# %%
copy = np.zeros((2, 2, 2, 4))
for a in range(2):
    for b in range(2):
        copy[a, b, a ^ b, 2 * a + b] = 1 / 4

d = pid.decompose(copy, names=["a", "b", "a xor b"])
print(d)
print(d.overlap.round(3))

# %% [markdown]
# ## Columns
#
# Three groups of columns of cell nuclei: their size, texture and shape. Classifiers of each group,
# of each pair and of all say what they tell about the diagnosis, of rows that they have not seen.

# %%
table = pid.datasets.load("breast_cancer")
groups = {
    name: table.frame[[column for column in table.frame if column.startswith(f"{name}_")]]
    for name in ("size", "texture", "shape")
}
q = pid.quantify(sources=groups, y=table.y)
print(q.reading)

# %%
q.to_frame()[["name", "single", "unique", "loss", "loss_low", "loss_high"]].round(3)

# %% [markdown]
# One picture of all of it: how the total divides, and what is lost without each group.

# %%
ax = pid.plot.sources(q)

# %% [markdown]
# What any two of them have in common, these two alone.

# %%
for pair in (("size", "texture"), ("size", "shape"), ("texture", "shape")):
    shared = q.number(f"overlap {', '.join(pair)}")
    low, high = shared.interval
    print(f"{pair[0]} and {pair[1]}: {shared.value:.2f} bit ({low:.2f} to {high:.2f})")

# %% [markdown]
# ## What chance makes of it
#
# The same columns with y dealt out anew tell nothing, and the answer says so.

# %%
rng = np.random.default_rng(0)
nothing = pid.quantify(sources=groups, y=rng.permutation(table.y))
print(nothing.reading)

# %% [markdown]
# Counting alone would find synergy out of nothing: three sources of five symbols and a y of three
# classes, all by chance, in 1,000 rows.

# %%
sources = {name: rng.integers(5, size=1000) for name in "abc"}
y = rng.integers(3, size=1000)
counted = pid.quantify(sources=sources, y=y, estimator="table")
synergy = sum(counted.decomposition.synergy.values()), sum(counted.best.synergy.values())
print(f"synergy as counted {synergy[0]:.3f} bit, corrected {synergy[1]:.3f}")
print(counted.reading)
