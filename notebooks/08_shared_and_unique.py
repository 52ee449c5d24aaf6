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
# # Shared and unique
#
# A decomposition says how much two sources share about a target, and how much each has alone.
# Fission says where: it learns codes of the one and of the other. Quantify first, then learn, then
# see whether each code holds what its name says. Networks need the extra `neural`.
#
# Each of these two sources has a bit that both have, `s`, and a bit of its own, `u1` or `u2`,
# turned and bent into eight columns. The target asks for all three.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.neighbors import KNeighborsClassifier

import pid
from pid.estimators import fission

LEARNED = 1500  # rows that are learned from; all others are measured

rng = np.random.default_rng(8)
n = LEARNED + 600
s, u1, u2 = rng.integers(2, size=(3, n))


def source(*bits):
    rows = np.column_stack([*(2.0 * bit - 1 for bit in bits), rng.normal(size=n)])
    turn = np.linalg.qr(rng.normal(size=(8, len(bits) + 1)))[0]
    return np.arcsinh((rows + 0.2 * rng.normal(size=rows.shape)) @ turn.T)


X1, X2, y = source(s, u1), source(s, u2), 4 * s + 2 * u1 + u2
old, new = slice(0, LEARNED), slice(LEARNED, n)

# %% [markdown]
# ## Quantify first
#
# By the way the data are made there is a bit of each: redundant, unique to x1, unique to x2.
# Synergy is none.

# %%
profile = pid.quantify(X1[new], X2[new], y[new])
print(profile.best)

# %%
ax = pid.plot.profile(profile)

# %% [markdown]
# Which kind of model can hold that? Codes that agree would lose what is unique, and one source what
# the other has alone.

# %%
print(pid.suggest(profile))

# %% [markdown]
# ## Learn
#
# Two codes of each source: a shared one, which the other source could tell, and a unique one, which
# it could not.

# %%
model = fission.FactorizedContrastive(n_shared=2, n_unique=2, steps=400)
z = model.fit(X1[old], X2[old], y[old]).transform(X1[new], X2[new])
print({name: code.shape for name, code in z._asdict().items()})

# %% [markdown]
# ## Which code holds what
#
# An audit decomposes each code beside the *other source*, on rows that nothing was learned from.
# What that source tells, too, belongs into the shared code, the rest into the unique one.

# %%
audit = model.audit(X1[new], X2[new], y[new])
print(audit)

# %%
pid.plot.audit(audit)
plt.show()

# %% [markdown]
# ## The objective as published
#
# Factorized Contrastive Learning gives every term of its objective a head of its own, so that
# nothing takes what is shared out of a unique code, or what is unique out of a shared one.

# %%
published = fission.FactorizedContrastive(
    n_shared=2, n_unique=2, objective="published", steps=300
).fit(X1[old], X2[old], y[old])
leaky = published.audit(X1[new], X2[new], y[new])

# %%
pd.DataFrame(
    {
        (objective, source): {
            "shared in unique": found.shared_in_unique[i],
            "own in shared": found.unique_in_shared[i],
        }
        for objective, found in {"priced": audit, "published": leaky}.items()
        for i, source in enumerate(["x1", "x2"])
    }
).T.round(2)

# %% [markdown]
# Each of its heads tells both bits. Its audit says so in words, too:

# %%
for warning in leaky.warnings:
    print("-", warning)

# %% [markdown]
# ## Make sources again
#
# Generative factors go the other way: from a common factor, which tells y, and a private one of
# each source, both sources are made again. So parts can be swapped. Here y is the shared bit alone,
# and whatever else a source has is private.

# %%
factors = fission.FactorizedGenerative(n_common=2, n_private=3, steps=400)
factors.fit(X1[old], X2[old], s[old])
print(factors.audit_)

# %% [markdown]
# Each row takes the common factor of another. Then y is told of what was made.

# %%
partners = rng.permutation(n - LEARNED)
made1, made2 = factors.swap(X1[new], X2[new], partners)
told = factors.predict(made1, made2)
print(f"y of the partner: {np.mean(told == s[new][partners]):.0%}")
print(f"y of the row itself: {np.mean(told == s[new]):.0%}, by chance 50%")

# %% [markdown]
# Has the swap left alone what is private? Nearest neighbours read the bits of what was made.

# %%
read_s, read_u1 = (KNeighborsClassifier(15).fit(X1[old], bit[old]) for bit in (s, u1))
print(f"s of the partner: {np.mean(read_s.predict(made1) == s[new][partners]):.0%}")
print(f"u1 of the row itself: {np.mean(read_u1.predict(made1) == u1[new]):.0%}")

# %% [markdown]
# And a source that is missing is made from the other one, as far as that tells of it: what they
# share is right, and of what is private there is the mean.

# %%
imputed = factors.impute(X1[new], None)
column = np.abs(np.corrcoef(X2[new].T, s[new])[-1, :-1]).argmax()  # that says most of s
figure, ax = plt.subplots(figsize=(5, 3.5))
for bit, colour in enumerate(["#3d8eb9", "#0b3c5d"]):
    rows = s[new] == bit
    ax.scatter(X2[new][rows, column], imputed[rows, column], s=8, color=colour, label=f"s = {bit}")
ax.set(xlabel=f"column {column} of x2", ylabel="made from x1 alone")
ax.legend()
figure.tight_layout()

# %% [markdown]
# ## What only both say
#
# Of an exclusive or, neither source tells anything. No code of one source can be said to hold it,
# and the suggestion is another.

# %%
a, b = rng.integers(2, size=(2, n))
X1, X2, y = source(s, a), source(s, b), 2 * s + (a ^ b)
print(pid.suggest(X1[new], X2[new], y[new]))

# %% [markdown]
# `SynergyExperts` says y in three parts: what x1 says, what x2 says, and a joint part.

# %%
experts = fission.SynergyExperts(steps=400).fit(X1[old], X2[old], y[old])
first, second, joint = experts.parts(X1[new], X2[new])
said = {"x1": first, "x2": second, "x1 + x2": first + second, "joint": joint}
said["all"] = first + second + joint

# %% [markdown]
# How often does each part tell the shared bit, and the exclusive or?

# %%
pd.DataFrame(
    {
        name: {
            "s": np.mean(logits.argmax(axis=1) // 2 == s[new]),
            "a xor b": np.mean(logits.argmax(axis=1) % 2 == (a ^ b)[new]),
        }
        for name, logits in said.items()
    }
).T.round(2)

# %% [markdown]
# Additive parts are at chance about the exclusive or, as any sum of what each source says must be.
# The joint part has it. It goes with the shared bit, too, as both sources have that in each row.
# Shown with partners from other rows, it says little more of a source than so few partners make of
# nothing:

# %%
print(experts)

# %% [markdown]
# [Fission](../docs/fission.md) has all of this measured over seeds, says where it fails, and has
# what is not here: codes without labels, an information bottleneck, and finer parts of sources.
