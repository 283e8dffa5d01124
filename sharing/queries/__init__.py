"""Reads of sharing."""
