"""An invented authority to try the service on: the size of a London borough, every awkward case.

Nobody in it exists. It borrows code 306, so that what the return checks against the national
list of authorities holds; its names, schools, streets and figures are made up, from a seed.
"""
