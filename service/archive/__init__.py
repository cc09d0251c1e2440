"""Archives of any size: the quotes of every article in many files, read on every core of one machine or of many.

An archive is files of Parquet, a row an article. Each of their row groups is a *part*: it is read by one worker and
gives one file of results, which appears under its name when it is whole. What was finished is therefore seen from the
names alone, and a run that was stopped, or lost a machine, goes on with the rest.

``parts`` knows files, ``annotating`` reads one part, ``cluster`` gives the parts to workers (Ray Data). All of it needs
the extra ``quoth[archive]``.
"""
