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
# # What CLIP keeps
#
# A contrastive loss brings the codes of a picture and its caption together. What does it keep of
# what both say about a target, of what only one says, and of what they say together? Quantify
# first, then learn, then measure what was kept. Networks need the extra `neural`.
#
# Each of these two sources has a bit that both have, a bit of its own, and one half of an
# exclusive or. Beside them are numbers that are alike in both sources, and noise. All of it is
# turned and bent into sixteen columns.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import pid
from pid.estimators.coordination import Contrastive, DeepCCA

LEARNED = 3000  # rows that codes are learned from; all others are measured

rng = np.random.default_rng(7)
n = LEARNED + 600
shared, own1, own2, a, b = rng.integers(2, size=(5, n))
alike = rng.normal(size=(n, 2))


def source(own, half):
    bits = 2 * np.column_stack([shared, own, half]) - 1 + 0.25 * rng.normal(size=(n, 3))
    numbers = 0.9 * alike + 0.44 * rng.normal(size=(n, 2))
    rows = np.hstack([bits, numbers, rng.normal(size=(n, 3))])
    turn = np.linalg.qr(rng.normal(size=(16, 8)))[0]
    return np.arcsinh(3 * rows @ turn.T)


X1, X2 = source(own1, a), source(own2, b)
x1, x2 = X1[LEARNED:], X2[LEARNED:]
targets = {"in both": shared, "in x1": own1, "in x2": own2, "exclusive or": a ^ b}
targets = {name: y[LEARNED:] for name, y in targets.items()}

# %% [markdown]
# ## Quantify first
#
# Four targets ask for one bit each. By the way the data are made, it is redundant, unique to x1,
# unique to x2, and synergy.

# %%
before = {name: pid.quantify(x1, x2, y) for name, y in targets.items()}
pd.DataFrame({name: q.best.atoms for name, q in before.items()}).T.round(2)

# %%
ax = pid.plot.profiles(before)

# %% [markdown]
# A loss that asks only for what both have can be expected to keep the first and to lose the others.
# What is told beyond the other source says so before anything is learned:

# %%
for name, q in before.items():
    print(f"{name:>12}: multi-view redundancy {q.multiview_redundancy}")

# %% [markdown]
# ## Learn
#
# Two ways, without any target, on other rows: CLIP tells a row's partner from others, and DCCA
# makes columns that correlate. Both find what both sources have: the bit, and the numbers.

# %%
clip = Contrastive(loss="clip", n_components=8).fit(X1[:LEARNED], X2[:LEARNED])
dcca = DeepCCA(n_components=8).fit(X1[:LEARNED], X2[:LEARNED])
print(f"CLIP finds {clip.recall_:.0%} of partners among 300 rows, by chance {clip.chance_:.1%}")
print("DCCA correlates, held out:", dcca.correlations_.round(2))

# %% [markdown]
# ## Measure what was kept
#
# `pid.retained` decomposes the sources and the codes on the same rows, and says what is lost of
# each source. It adds a little noise to the codes: what is written smaller than a tenth of a code's
# size does not count.

# %%
codes = {"CLIP": clip.transform(x1, x2), "DCCA": dcca.transform(x1, x2)}
kept = {
    (method, name): pid.retained(Z, x1, x2, y)
    for method, Z in codes.items()
    for name, y in targets.items()
}
print(kept["CLIP", "in x1"])

# %% [markdown]
# Before is pale, after is below it; whiskers are intervals of 95%.

# %%
figure, axes = plt.subplots(2, 4, figsize=(13, 5.5), sharex=True, sharey=True)
for ax, ((method, name), found) in zip(axes.flat, kept.items(), strict=True):
    pid.plot.retention(found, ax)
    ax.set_title(f"{method}: {name}")
    ax.set_xlabel("bit" if method == "DCCA" else "")
figure.tight_layout()

# %% [markdown]
# Both keep what both sources have. DCCA loses the rest. CLIP keeps some of what only one source
# has, and some of one more than of the other: where rows can be told apart its loss asks for
# nothing, and what is left in a code is left by chance. Another seed leaves another part.
#
# As shares of the total, and what each source tells that all of the code does not:

# %%
pd.DataFrame(
    {
        key: {
            "share": found.total.corrected,
            "low": found.total.low,
            "high": found.total.high,
            "lost of x1": found.lost1.corrected,
            "lost of x2": found.lost2.corrected,
        }
        for key, found in kept.items()
    }
).T.round(2)

# %% [markdown]
# Of the exclusive or nothing is lost of a source, though all of it is gone: no source tells any of
# it beside the code. What is lost together is in the total alone.
#
# Atoms after are no shares of those before. What is done to one source can turn redundancy into
# unique information; what never grows is the total.
#
# ## Without the noise
#
# A network without noise loses hardly anything: what it has no need of, it writes small. A
# classifier of standardised columns digs that out, and so counts it as kept.

# %%
without = {name: pid.retained(codes["CLIP"], x1, x2, targets[name], noise=0) for name in ["in x1"]}
pd.DataFrame(
    {
        name: {
            "before": found.before.total,
            "noise 0.1": kept["CLIP", name].networks.told.corrected,
            "no noise": found.networks.told.corrected,
        }
        for name, found in without.items()
    }
).round(2)

# %% [markdown]
# ## Two probes
#
# Most papers read codes by straight lines. These find no exclusive or, not even in the sources,
# where all of it is. "The code has no synergy" is a sentence about the probe until a network has
# read it, too.

# %%
of_both = kept["CLIP", "exclusive or"]
pd.DataFrame(
    {
        "sources": {
            "networks": of_both.networks.before.synergy,
            "straight lines": of_both.linear.before.synergy,
        },
        "CLIP": {
            "networks": of_both.networks.after.synergy,
            "straight lines": of_both.linear.after.synergy,
        },
    }
).round(2)

# %% [markdown]
# [What a representation keeps](../docs/retained.md) has this of sixteen representations, and
# [Coordination](../docs/coordination.md) says which to take for what.
