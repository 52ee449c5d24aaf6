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
# # Embeddings
#
# Modalities are rarely symbols. They come as vectors of many columns from some encoder, and what
# they say of the target is spread over all of them. Here are two such modalities whose atoms are
# known: one value in each tells something of the class, is hidden in twenty columns by a smooth
# map, and both values depend on each other in a way that differs by class.

# %%
import numpy as np
import pandas as pd

import pid
from pid.estimators import ClusterPID, GaussianPID, PosteriorPID

ATOMS = ["redundancy", "unique1", "unique2", "synergy", "total"]

data = pid.datasets.continuous.make("copula", n=1500, random_state=4)
data.X1.shape, data.X2.shape, np.bincount(data.y)

# %% [markdown]
# ## One call
#
# `pid.quantify` sees numbers and classes, and takes `PosteriorPID`: classifiers of each source and
# of both say what samples they have not seen tell of y, and their answers are decomposed exactly.

# %%
q = pid.quantify(data.X1, data.X2, data.y)
print(q.estimator, "–", q.reason)
print(q.reading)

# %%
ax = pid.plot.profile(q)

# %% [markdown]
# Beside the truth, and beside what twenty clusters of each source would have said:

# %%
truth = {**data.atoms, "total": sum(data.atoms.values())}
counted = ClusterPID(n_clusters=20).fit(data.X1, data.X2, data.y).decomposition_
low, high = zip(*(q.interval[atom] for atom in ATOMS), strict=True)
table = pd.DataFrame(
    {
        "truth": truth,
        "estimate": {atom: getattr(q.best, atom) for atom in ATOMS},
        "low": dict(zip(ATOMS, low, strict=True)),
        "high": dict(zip(ATOMS, high, strict=True)),
        "20 clusters": {atom: getattr(counted, atom) for atom in ATOMS},
    }
)
table.round(3)

# %% [markdown]
# The clusters find synergy where there are just few samples in many cells, and miss most of what
# is unique. The estimate is near the truth, and its intervals say how near.
#
# ## What is behind it
#
# `q.fitted` is the estimator. It has the calibrated posteriors of every sample, and the table of
# cells that was solved, with its certificate.

# %%
est = q.fitted
est.solved_.check(est.table_)
print(est.table_.shape, f"gap {est.solved_.certificate.gap:.1e}")
pd.DataFrame(
    {
        "p(y=1 | x1)": est.posterior1_[:, 1],
        "p(y=1 | x2)": est.posterior2_[:, 1],
        "p(y=1 | x1, x2)": est.posterior12_[:, 1],
        "y": data.y,
    }
).head(6).round(3)

# %% [markdown]
# The first source along the two directions in which it varies most, each row as dark as what that
# source says of it. Both ends go with one class and the middle with the other, which no straight
# line can tell:

# %%
ax = pid.plot.cells(data.X1, est.posterior1_[:, 1], label="p(y=1 | x1)")

# %% [markdown]
# A calibrated posterior is right as often as it says. Among samples of which it says about 80%,
# about 80% are of class 1:

# %%
bins = pd.cut(est.posterior12_[:, 1], [0, 0.1, 0.3, 0.5, 0.7, 0.9, 1])
said = pd.Series(est.posterior12_[:, 1]).groupby(bins, observed=True)
calibrated = pd.DataFrame(
    {"says": said.mean(), "is": pd.Series(data.y).groupby(bins, observed=True).mean()}
)
calibrated.round(2)

# %%
ax = calibrated.plot("says", "is", style="o-", color="#0b3c5d", legend=False, figsize=(3.4, 3.4))
ax.axline((0, 0), slope=1, color="#888888", linewidth=0.8)
ax.set(xlabel="says", ylabel="is", aspect="equal")
ax.spines[["top", "right"]].set_visible(False)

# %% [markdown]
# ## A classifier of your own
#
# Anything with `predict_proba` will do. A straight line sees of these sources only a part, and the
# total says so: compare the totals of several classifiers, and take the one with the largest, as
# out of fold no classifier can know more than there is but by chance.

# %%
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

straight = PosteriorPID(LogisticRegression()).fit(data.X1, data.X2, data.y)
print(
    f"total by a straight line {straight.corrected_.total:.2f}, by networks {q.best.total:.2f} bit"
)

# %% [markdown]
# ## Speakers
#
# Rows that belong together must not be in different folds: a classifier would recognise the speaker
# and not the feeling. `groups=` keeps them together. Here only the speaker tells the class, and
# some speakers tell nothing about others.

# %%
rng = np.random.default_rng(0)
speaker = np.repeat(np.arange(150), 8)
voice, face = rng.normal(size=(2, 150, 6))[:, speaker] + 0.1 * rng.normal(size=(2, 1200, 6))
mood = rng.permutation(np.repeat([0, 1], 75))[speaker]
neighbours = PosteriorPID(KNeighborsClassifier(5))
spoiled = neighbours.fit(voice, face, mood).decomposition_.total
sound = neighbours.fit(voice, face, mood, groups=speaker).decomposition_.total
print(f"{spoiled:.2f} bit if speakers are in several folds, {sound:.2f} if not, of 1 bit")

# %% [markdown]
# ## A number as target
#
# A number is cut into quartiles. Beside that stands what a Gaussian says of the number itself.
# Where the data are straight, as here, it sees more, and it has a closed form.

# %%
family = pid.datasets.linear.gaussian(8, 5, 1, n=1500, random_state=2)
gaussian = GaussianPID().fit(family.X1, family.X2, family.Y)
pd.DataFrame(
    {
        "truth": {**family.atoms, "total": sum(family.atoms.values())},
        "GaussianPID": {atom: getattr(gaussian.corrected_, atom) for atom in ATOMS},
    }
).round(3)

# %% [markdown]
# ## As a command
#
# Embeddings can stay in their files:
#
# ```sh
# pid quantify --x1 audio.npy --x2 text.npy --y labels.csv:label --group-by labels.csv:speaker
# ```
#
# [How to choose an estimator](../docs/how-to-choose.md) has what was measured of all of them.
