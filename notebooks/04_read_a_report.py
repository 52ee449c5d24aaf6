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
# # Read a report
#
# An answer that has to reach somebody else is best written as a page. Here is one on fine-needle
# images of breast masses: what do the size of nuclei and their texture say about the diagnosis?

# %%
import tempfile
from pathlib import Path

import pandas as pd

import pid
from pid.report import document_of, read_report, report

data = pid.datasets.load("breast_cancer")
names = ("size", "texture", "diagnosis")
q = pid.quantify(data.X1, data.X2, data.y, estimator="cluster", names=names)
page = Path(tempfile.mkdtemp()) / "report.html"
report(q, page, title="Fine-needle images")
print(f"{page.stat().st_size / 1000:.0f} kB")

# %% [markdown]
# The page opens in any browser, offline. These are its parts. First the answer:

# %%
document = document_of(q, "Fine-needle images")
print(document.answer)

# %% [markdown]
# Then the numbers, as bars and as a table. The whiskers are 95 % intervals; the dotted line is what
# the total would be if neither source said anything.

# %%
ax = pid.plot.profile(q)

# %%
listing = document.listing
pd.DataFrame(listing.rows, columns=listing.head).set_index("atom")

# %% [markdown]
# An interval that reaches 0, as that of what is unique to texture, says that the atom may not be
# there. *counted* is what the table of counts would say; few samples make it too large, synergy
# most of all, which is what is corrected.
#
# What supports the answer:

# %%
for label, text in document.support:
    if label != "estimator":  # with the seconds that it took
        print(f"{label:<12} {text}")

# %% [markdown]
# The *solver certificate* is about the table: no other method would find other atoms in it. *The
# estimate* is about the population, and so is the number of samples, and how many cells there are
# for each.
#
# All numbers are in the page, and come back as they were:

# %%
numbers = read_report(page)
assert numbers.items() >= q.to_dict().items()
pd.Series(numbers).filter(like="synergy")

# %% [markdown]
# Where synergy comes from: the table of clusters beside the coupling that has none, for each of
# both classes, and what cells add to the difference. It is a description of where the two differ;
# single cells have no synergy of their own.

# %%
ax = pid.plot.coupling(q.table, q.decomposition)
