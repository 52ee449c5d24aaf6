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
# # Row by row
#
# Four numbers say what two sources tell about a target on average. Which rows is it? What do the
# sources tell given a third? And what of it does a model say?

# %%
import numpy as np

import pid

# %% [markdown]
# ## Which rows
#
# The minimum that the four numbers are made from is a mean over rows. So each row has a value of
# redundancy, of both unique informations and of synergy, and their means are the four numbers.

# %%
table = pid.datasets.load("breast_cancer")
q = pid.quantify(table.X1, table.X2, table.y, names=["size", "texture", "diagnosis"])
rows = q.by_row()
atoms = ["redundancy", "unique1", "unique2", "synergy", "total"]
print(rows[atoms].mean().round(4))
print(q.decomposition)

# %%
ax = pid.plot.profile(q)

# %% [markdown]
# The rows behind these bars: most tell about as much as there is to know, a few speak against their
# label.

# %%
ax = rows["total"].plot.hist(bins=60, color="#888888", figsize=(5, 2.4))
ax.set(xlabel="total of a row, bit", ylabel="rows", yscale="log")
ax.spines[["top", "right"]].set_visible(False)

# %% [markdown]
# Rows of which both sources together say most beyond what either says alone:

# %%
rows.nlargest(5, "synergy")[atoms].round(2)

# %% [markdown]
# Rows that speak against their label have a total far below 0: what both tell makes another class
# likelier. These are the ones to look at first, whether the label is wrong or the case is hard.

# %%
rows.nsmallest(5, "total")[atoms].round(2)

# %% [markdown]
# By class, with intervals: is it the benign or the malignant cases that need both sources?

# %%
profile = q.profile_by()
profile[["value", "n", "synergy", "synergy_low", "synergy_high", "total"]].round(3)

# %%
ax = profile.set_index("value")[atoms[:4]].plot.barh(
    stacked=True, color=pid.plot.style.COLOURS, figsize=(5, 1.8), xlabel="bit", ylabel=""
)
ax.legend(ncols=4, loc="lower center", bbox_to_anchor=(0.5, 1), frameon=False, fontsize=8)
ax.spines[["top", "right"]].set_visible(False)

# %% [markdown]
# ## Given a third
#
# Two causes of one effect are independent until the effect is known. Given it, each of them tells
# about the other, so that conditioning can create what was not there.

# %%
rng = np.random.default_rng(0)
x1, x2 = rng.integers(2, size=(2, 4000))
alarm = x1 | x2
y = x1 ^ (rng.random(4000) < 0.05)
without = pid.quantify(x2, rng.integers(2, size=4000), y)
given = pid.quantify(x2, rng.integers(2, size=4000), y, given=alarm)
told = without.best.information1, given.best.information1
print(f"x2 about y: {told[0]:.3f} bit; given the alarm {told[1]:.3f}")
print(given.reading)

# %% [markdown]
# ## What a model says
#
# A model that gives probabilities, asked with one source, with the other, and with both, is
# decomposed as it is, layer by layer if you like. Here the second of three layers knows most.

# %%
n = 2000
y = rng.integers(2, size=n)
a, b = (y + rng.normal(size=(2, n))).round(3)


def said(score):
    p = 1 / (1 + np.exp(-score))
    return np.column_stack([1 - p, p])


sharpness = [0.3, 1.0, 0.6]
p1 = np.array([said(s * (a - 0.5)) for s in sharpness])
p2 = np.array([said(s * (b - 0.5)) for s in sharpness])
p12 = np.array([said(s * (a + b - 1)) for s in sharpness])
layers = pid.quantify_posteriors(p1, p2, p12, y)
layers.to_frame().iloc[:, :6].round(3)

# %%
ax = pid.plot.trajectory(layers)
