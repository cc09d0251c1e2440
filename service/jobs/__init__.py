"""Bulk jobs at work: lines cut into parts, a queue of the parts' ids, and workers that read them.

``lines`` cuts what was handed over, ``queue`` holds what is to be done next, ``work`` does one part, ``consumer`` runs
processes that do so. What is true of a job is in the store, never in the queue: a queue may lose all that it holds.
"""
