"""The hub: home, topics, people, what's new, and what reports say of each other. Pure functions from facts to documents.

Its pages go through the same writers, plan and executor as reports, with records of kind ``hub``.
"""
