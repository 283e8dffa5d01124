"""Registers the URL converter ``ref``. A ``urls.py`` that uses ``<ref:ref>`` imports this."""

from django.urls import register_converter
from django.urls.converters import get_converters

from ccis.access.references import ReferenceConverter

if "ref" not in get_converters():
    register_converter(ReferenceConverter, "ref")
