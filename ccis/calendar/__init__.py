"""Dates as the law and the national return count them: no database, no clock."""
