"""Statements about sharing, personal codes, requests, and what is to be sent to people."""

from optout.models.codes import PersonalCode
from optout.models.corrections import Correction
from optout.models.messages import Message
from optout.models.requests import Request
from optout.models.statements import Channel, Statement

__all__ = ["Channel", "Correction", "Message", "PersonalCode", "Request", "Statement"]
