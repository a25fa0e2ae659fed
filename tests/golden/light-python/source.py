# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: light
# ---

# # A light script
#
# Text with *emphasis*.

x = 1

# A comment that is text.

# + tags=["remove-input"]
def f():
    # stays in the code
    return x


f()
# -
