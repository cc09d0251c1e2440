"""The same words said elsewhere: variants of a quote, and whether somebody said what is claimed.

Pure functions of the quotes that they are handed; where quotes come from is the store's affair.
"""
