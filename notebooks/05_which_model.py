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
# # Which model fits, and what does it use?
#
# Two sources, a target, and several ways to put the sources together. What do the data have to say,
# what does each model use of it, and what does it leave on the table?

# %%
import numpy as np

import pid
from pid.estimators import FusionClassifier

# %% [markdown]
# The target depends on a product of one number of each source, and on another number of the first
# alone. So there is synergy, and information that is unique to x1.

# %%
rng = np.random.default_rng(0)
X1, X2 = rng.normal(size=(2, 3000, 2))
y = np.sign(X1[:, 0] * X2[:, 0]) + 0.8 * X1[:, 1] + 0.3 * rng.normal(size=3000) > 0
train, test = slice(0, 1500), slice(1500, None)

# %% [markdown]
# Some models of the ten that there are, each trained on one half:

# %%
kinds = ("additive", "early", "tensor", "multiplicative")
models = {kind: FusionClassifier(kind).fit(X1[train], X2[train], y[train]) for kind in kinds}

# %% [markdown]
# What each says of the other half is decomposed in place of the target, in the same cells. Signs of
# the numbers will do as cells here; `estimator="cluster"` would find others.

# %%
cells = [np.column_stack([X[test][:, 0] > 0, X[test][:, 1] > 0]) for X in (X1, X2)]
said = {kind: model.predict(X1[test], X2[test]) for kind, model in models.items()}
c = pid.compare(said, *cells, y[test])
print(c.reading)
atoms = ["redundancy", "unique1", "unique2", "synergy"]
c.to_frame()[[*atoms, "left", "accuracy", "rank_low", "rank_high"]].round(3)

# %% [markdown]
# A sum of what both sources say cannot hold synergy: the additive model uses what is unique to x1,
# makes more of it than there is, and leaves the rest on the table. The others have the profile of
# the data. As bars, the data first:

# %%
profiles = {"data": c.data.decomposition} | {n: p.decomposition for n, p in c.models.items()}
ax = pid.plot.profiles(profiles)

# %% [markdown]
# Which differences are more than chance? All models are counted in the same rows, so that what they
# have in common cancels:

# %%
print(c.difference("additive", "tensor"))

# %% [markdown]
# *Overlap* compares the shares of a model with those of the data; *agreement*, as it was published,
# also grows with accuracy:

# %%
c.to_frame()[["overlap", "agreement", "accuracy"]].round(3)

# %% [markdown]
# And if a source is missing? What remains is known from the data, before any model is trained; a
# model that is asked without x2 comes near it.

# %%
q = pid.quantify(*cells, y[test], estimator="table")
print(pid.if_missing(q))
alone = models["early"].predict(X1[test], None)
print(f"without x2, the early model is right in {(alone == y[test]).mean():.1%}")

# %% [markdown]
# The data sets of the documentation, ten models on each of them, and what their profiles say about
# which model fits: see *Does the profile tell which model fits?* there.
