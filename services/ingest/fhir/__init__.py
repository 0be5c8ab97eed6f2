"""FHIR R4 in US Core shape: a bundle's bytes -> encounters, and what could not be read.

`bundle` opens the bytes, `references` finds what a reference means, `links` gathers what belongs to an
encounter; one module per kind of content reads it (`patient`, `coverage`, `visit`, ...); `reader` puts an
encounter together; `letters` cuts out what a broken one needs to be tried again.
"""
