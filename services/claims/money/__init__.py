"""Dollars after the claim: what a payer should pay, what it denied and why, what the next payer is asked.

terms.py      contracts with payers, as data
expected.py   expected payment of a line, and underpayments on a remittance
denials.py    denials with their root cause, and the edit that they suggest
secondary.py  the next payer's claim, made from the answer of the one before
"""
