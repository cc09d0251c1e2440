"""The subcommands of ``quoth``, one module a theme.

Only click and the model types are imported at the top of these modules: ``quoth --help`` must not load torch.
"""
