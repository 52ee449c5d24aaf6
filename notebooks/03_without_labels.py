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
# # Without labels
#
# Labels cost money. What can be known of two modalities before pairs of them were labelled? Here
# are images of handwritten digits, cut into a left and a right half. All labels are known, so that
# every answer can be compared with the truth; then most of them are taken away.

# %%
import numpy as np
import pandas as pd
from sklearn.cluster import KMeans

import pid

data = pid.datasets.load("digits")
y = np.asarray(data.y)


def halves_as_symbols(half, clusters=3):
    """Each half of an image as one of three shapes. No label is needed for that."""
    return KMeans(clusters, n_init=10, random_state=0).fit_predict(half / 16)


left, right = halves_as_symbols(data.X1), halves_as_symbols(data.X2)
truth = pid.decompose_samples(left, right, y)
truth

# %% [markdown]
# ## All that cannot be known
#
# Say that it is known exactly how each half goes with the digit, and how the halves go together,
# but no pair with its digit was ever seen. Redundancy and unique information are then exact;
# synergy has a least and a largest value, and nothing can be said in between.

# %%
table = np.zeros((3, 3, 10))
np.add.at(table, (left, right, y), 1)
marginals = table.sum(axis=1), table.sum(axis=0), table.sum(axis=2)
b = pid.synergy_bounds(*marginals)
b.check(*marginals)
print(b)
print("truth:", round(truth.synergy, 4))

# %%
ax = pid.plot.bounds(b)

# %% [markdown]
# The published bounds, mended where they were wrong, are further away:

# %%
pd.Series(b.published, name="bit").round(3).to_frame()

# %% [markdown]
# ## Nine labels in ten taken away
#
# Now from samples: a tenth of the images has labels. Half of these show the left side only, the
# others the right one; the rest of the images has no labels.

# %%
rng = np.random.default_rng(0)
first, second, rest = np.split(rng.permutation(len(y)), [90, 180])
h = pid.bound_samples(
    (left[first], y[first]), (right[second], y[second]), (left[rest], right[rest])
)
print(h)

# %%
ax = pid.plot.bounds(h)

# %% [markdown]
# The interval is for what samples do not tell, and for what so few of them tell badly:

# %%
low, high = h.synergy
assert low < truth.synergy < high
pd.DataFrame(
    {
        "least": {"marginals known": b.lower, "samples": h.bounds.lower, "with sampling": low},
        "largest": {"marginals known": b.upper, "samples": h.bounds.upper, "with sampling": high},
    }
).assign(truth=truth.synergy).round(3)

# %% [markdown]
# ## Will it pay to fuse?
#
# Often that is the question, and it has an answer although synergy is not known: the best model of
# both halves is so much more accurate than the best model of one, whatever the labels of the pairs
# turn out to be.

# %%
best = table.max(axis=2).sum() / table.sum()  # of both, if all labels are known
alone = max(m.max(axis=1).sum() / m.sum() for m in marginals[:2])
a = pid.accuracy_bounds(*marginals)
print(a)
print("truth:", f"{best:.1%}, a gain of {best - alone:.1%}")
assert a.lower - 1e-6 <= best <= a.upper + 1e-6

# %% [markdown]
# From the 180 labels alone, with what sampling may change, in points of accuracy:

# %%
tuple(round(100 * float(end), 1) for end in h.gain)
