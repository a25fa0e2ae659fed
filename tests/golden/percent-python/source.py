# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#   kernelspec:
#     display_name: Python 3
#     name: python3
# title: A script
# ---

# %% [markdown]
# # Report as a script
#
# With a **list**:
#
# - one

# %% tags=["hide-input"]
import math

x = math.pi

# %% A title of the cell
# %matplotlib inline
print(x)

# %% [raw]
# raw text
