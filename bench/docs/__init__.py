"""The pages of ``docs/`` that are written from the code, the drawn parse, and what commands on the other pages print.

``python -m bench.docs`` (``make docs``) writes them anew, and tests compare them.
"""
