"""Moving in from another CCIS: its extract as a kind of file, and the same return made from it.

An authority's own last return, as the XML or flattened to rows, becomes its caseload (PIA-30).
"""
