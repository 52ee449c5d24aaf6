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
# # A first decomposition
#
# Two sources say something about a target. How much of it do both say (*redundancy*), how much
# only one of them (*unique*), and how much shows only when they are seen together (*synergy*)?
#
# Small logic gates show what the four words mean; then comes a real table.

# %%
import numpy as np
import pandas as pd

import pid

# %% [markdown]
# ## Gates
#
# A joint distribution is an array with axes `(x1, x2, y)`: first source, second source, target.
# It may hold counts or probabilities. With exclusive-or, a single source says nothing, both
# together say everything:

# %%
xor = np.zeros((2, 2, 2))
for a in (0, 1):
    for b in (0, 1):
        xor[a, b, a ^ b] = 1
pid.decompose(xor)

# %% [markdown]
# `pid.datasets` has many gates with atoms that are known in closed form. A few of them,
# decomposed. Every row adds up to the information that both sources together have about the
# target.

# %%
names = ["xor", "rdn", "unq", "and", "rdnxor"]
answers = {name: pid.decompose(pid.datasets.gate(name)) for name in names}
atoms = ["redundancy", "unique1", "unique2", "synergy", "total"]
rows = [[getattr(answer, atom) for atom in atoms] for answer in answers.values()]
pd.DataFrame(rows, names, atoms).round(6) + 0.0  # so that no zero has a sign

# %% [markdown]
# With `rdn` both sources are copies of the target; with `unq` the target is the pair of them. The
# target of `and` is 1 if both sources are 1. A single 0 settles the matter, whichever source says
# it: that is the redundancy. A single 1 leaves it open: that is where the synergy is.
#
# As bars, each as long as its total:

# %%
ax = pid.plot.profiles(answers)

# %% [markdown]
# ## The certificate
#
# The four numbers follow from one minimum, over all joint distributions that agree with the table
# on what each source says about the target. How do we know that the minimum was found?

# %%
answer = answers["and"]
answer.certificate

# %% [markdown]
# `primal` is the value of a joint distribution that is kept in `answer.coupling`, so the minimum
# is not larger. `dual` is a lower bound, from multipliers that are kept in the certificate. The
# true value lies between; `gap` is the distance. Neither needs trust in the solver: `check`
# recomputes both from the table, and raises an error if they do not hold.

# %%
table = pid.datasets.gate("and")
answer.check(table)
low, high = answer.certificate.dual, answer.certificate.primal
print(f"the minimum lies between {low:.15f} and {high:.15f} bit")

# %% [markdown]
# The coupling has the two marginals of the table, to rounding:

# %%
same = [np.abs(answer.coupling.sum(axis) - table.sum(axis)).max() for axis in (1, 0)]
print("largest difference to p(x1, y) and p(x2, y):", *same)

# %% [markdown]
# For each value of y the table, the coupling, and what each cell adds to the synergy:

# %%
ax = pid.plot.coupling(table, answer)

# %% [markdown]
# ## A real table
#
# Cell nuclei of breast masses, measured under the microscope: what do their size and their
# texture say about the diagnosis? Here each source is clustered first, so that there is a table to
# look at. (Left to itself, `pid.quantify` asks classifiers, which find more: see
# [Embeddings](06_embeddings.ipynb).)

# %%
cells = pid.datasets.load("breast_cancer", x1="size", x2="texture")
quantified = pid.quantify(cells.X1, cells.X2, cells.y, estimator="cluster")
quantified

# %%
ax = pid.plot.profile(quantified)

# %% [markdown]
# Most of what can be told from size and texture can be told from size alone. The numbers are
# those of the counted table: from few samples, a table looks more informative than the truth.
# Shuffle the diagnosis, and nothing is left to be known; what is still found is the size of that
# effect.

# %%
shuffled = np.random.default_rng(0).permutation(cells.y)
pid.quantify(cells.X1, cells.X2, shuffled, estimator="cluster")

# %% [markdown]
# So read small atoms of small samples with care, synergy above all.
